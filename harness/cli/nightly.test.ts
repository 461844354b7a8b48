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
const [command, ...rest] = process.argv.slice(2);
appendFileSync(process.env.CALLS, [command, ...rest].join(' ') + '\\n');
if (command === 'run') console.log(JSON.stringify({ status: 'success', folder: 'runs/new' }));
if (command === 'gate') { console.log('# Gate'); process.exit(Number(process.env.GATE)); }
if (rest[0] === 'append') appendFileSync(rest[3], '{}\\n');
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-nightly-'));
  await writeFile(join(folder, 'fake.mjs'), FAKE);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function nightly(known: number, env: Record<string, string> = {}, args: string[] = []) {
  await writeFile(join(folder, 'history.jsonl'), '{}\n'.repeat(known));
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
  const calls = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
  const lines = (await readFile(join(folder, 'history.jsonl'), 'utf8')).split('\n').length - 1;
  return { code, commands: calls.map((call) => call.replace(/ .*/, '')), calls, lines };
}

describe('.ci/nightly', () => {
  it('collects the first runs', async () => {
    const { code, commands, lines } = await nightly(2);
    expect(commands).toEqual(['run', 'history', 'history']);
    expect([code, lines]).toEqual([0, 3]);
    expect(await readFile(join(folder, 'gate.md'), 'utf8')).toContain('2 of the 3 runs');
  });

  it('boots the emulated host, and leaves hosts of others and what is asked for as they are', async () => {
    expect((await nightly(2)).calls[0]).toMatch(/^run --json --out \S+ --start cold$/);
    for (const args of [
      ['--testbed', 'lab'],
      ['--start', 'restored'],
      ['--boots', '3'],
    ]) {
      await rm(join(folder, 'calls'));
      const { calls } = await nightly(2, {}, args);
      expect(calls[0]).not.toContain('--start cold');
      expect(calls[0]).toContain(args.join(' '));
    }
  });

  it('gates the new run, then adds it', async () => {
    const { code, calls, lines } = await nightly(3);
    expect(calls[1]).toContain(`gate runs/new --baseline ${folder}/history.jsonl`);
    expect([code, lines]).toEqual([0, 4]);
  });

  it.each(['1', '2'])('ends as the gate does, with %s, and adds nothing', async (gate) => {
    const { code, lines } = await nightly(3, { GATE: gate });
    expect([code, lines]).toEqual([Number(gate), 3]);
  });

  it('adds a regression that is accepted', async () => {
    const { code, lines } = await nightly(3, { GATE: '1', NIGHTLY_ACCEPT: '1' });
    expect([code, lines]).toEqual([1, 4]);
  });
});
