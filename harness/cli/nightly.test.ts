import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../.ci/nightly', import.meta.url));

/** A tinyvmi-bench that writes down what it is asked, and whose gate ends as $GATE says. */
const FAKE = `
import { appendFileSync } from 'node:fs';
const argv = process.argv.slice(2);
appendFileSync(process.env.CALLS, JSON.stringify(argv) + '\\n');
if (argv[0] === 'run') console.log(JSON.stringify({ status: 'success', folder: 'runs/new' }));
if (argv[0] === 'gate') {
  console.log('# Gate');
  appendFileSync(argv[argv.indexOf('--baseline') + 1], '{}\\n');
  process.exit(Number(process.env.GATE));
}
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-nightly-'));
  await writeFile(join(folder, 'fake.mjs'), FAKE);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function nightly(env: Record<string, string> = {}, args: string[] = []) {
  const code = await new Promise<number>((resolve) => {
    const child = execFile(
      SCRIPT,
      args,
      {
        env: {
          PATH: process.env.PATH,
          NIGHTLY: folder,
          CALLS: join(folder, 'calls'),
          TINYVMI_BENCH: `node ${join(folder, 'fake.mjs')}`,
          GATE: '0',
          ...env,
        },
      },
      () => resolve(child.exitCode ?? -1),
    );
  });
  const lines = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
  const calls: string[][] = lines.map((line) => JSON.parse(line));
  return { code, calls };
}

describe('.ci/nightly', () => {
  it('measures, gates and keeps the run in the history, from the first night on', async () => {
    const { code, calls } = await nightly();
    const history = join(folder, 'history.jsonl');
    expect(code).toBe(0);
    expect(calls.map(([command, verb]) => (command === 'history' ? verb : command))).toEqual([
      'run',
      'gate',
      'plot',
    ]);
    expect(calls[1]).toEqual([
      ...['gate', 'runs/new', '--baseline', history, '--append'],
      ...['--out', join(folder, 'runs'), '--markdown'],
    ]);
    expect(await readFile(join(folder, 'gate.md'), 'utf8')).toBe('# Gate\n');
  });

  it('boots the emulated host, and leaves hosts of others and what is asked for as they are', async () => {
    expect((await nightly()).calls[0]?.slice(-2)).toEqual(['--start', 'cold']);
    for (const args of [
      ['--testbed', 'lab'],
      ['--start', 'restored'],
      ['--boots', '3'],
    ]) {
      await rm(join(folder, 'calls'));
      const [first = []] = (await nightly({}, args)).calls;
      expect(first.slice(-2)).toEqual(args);
      expect(first).not.toContain('cold');
    }
  });

  it.each(['1', '2'])('ends as the gate does, with %s, and draws the history', async (gate) => {
    const { code, calls } = await nightly({ GATE: gate });
    expect(code).toBe(Number(gate));
    expect(calls.at(-1)).toContain('plot');
  });

  it('hands on the reason of a change that is wanted, and what else the gate is to do', async () => {
    const { calls } = await nightly({
      NIGHTLY_ACCEPT: 'checks every entry twice',
      NIGHTLY_GATE: '--bench page-walk --margin dom0=3',
    });
    expect(calls[1]?.join('|')).toContain(
      '--append|--accept|checks every entry twice|--bench|page-walk|--margin|dom0=3|--out',
    );
  });
});
