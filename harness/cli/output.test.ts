import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleResult } from '../../results/testing/sample-result.ts';
import { tellCleaned } from './commands/clean.ts';
import { main } from './main.ts';
import { quietProgress } from './progress/quiet.ts';
import { FakeSignals, memorySurroundings, untimed } from './testing.ts';

let runs: string;
let folder: string;
/** The same again: a run is no baseline of its own. */
let again: string;
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-output-'));
  folder = await sampleResult(runs);
  again = await sampleResult(runs);
});
afterAll(() => rm(runs, { recursive: true, force: true }));

type Environment = { tty?: boolean; env?: Record<string, string> };

async function command(argv: readonly string[], surrounded: Environment = {}) {
  const surroundings = memorySurroundings(surrounded);
  const exitCode = await main(argv, surroundings, new FakeSignals());
  return { exitCode, out: surroundings.stdout.text, err: surroundings.stderr.text };
}

const ESCAPE = '\x1b[';

describe('colours', () => {
  it.each<[string[], Environment, boolean]>([
    [[], {}, false],
    [[], { tty: true }, true],
    [[], { tty: true, env: { TERM: 'dumb' } }, false],
    [[], { tty: true, env: { NO_COLOR: '1' } }, false],
    [[], { tty: true, env: { NO_COLOR: '' } }, true],
    [[], { env: { FORCE_COLOR: '1' } }, true],
    [[], { tty: true, env: { FORCE_COLOR: '0' } }, false],
    [[], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false],
    [['--color', 'auto'], {}, false],
    [['--color', 'auto'], { tty: true }, true],
    [['--color', 'never'], { tty: true, env: { FORCE_COLOR: '1' } }, false],
    [['--color=never'], { tty: true }, false],
    [['--color', 'always'], { env: { NO_COLOR: '1', TERM: 'dumb' } }, true],
  ])('%j with %o: %o', async (argv, surrounded, painted) => {
    const { out } = await command(['claims', folder, ...argv], surrounded);
    expect(out.includes(ESCAPE)).toBe(painted);
  });

  it('are wished of the program too, and of errors', async () => {
    const before = await command(['--color', 'always', 'claims', folder]);
    expect(before.out).toContain(ESCAPE);
    const bad = await command(['--color', 'always', 'claims', join(runs, 'none')]);
    expect(bad.err).toContain(ESCAPE);
    const wrong = await command(['claims', folder, '--color', 'blue']);
    expect(wrong).toMatchObject({ exitCode: 64, out: '' });
    expect(wrong.err).toContain('auto, always, never');
  });
});

describe('--quiet', () => {
  it.each([
    ['report', ['--format', 'json'], 'Reading a page from Dom0 costs'],
    ['analyse', [], 'medians; the least known'],
    ['claims', [], 'claims: '],
    ['compare', ['again'], 'B against A: '],
    ['gate', ['--baseline', 'again'], 'o regression'],
  ])(
    '%s prints the line that answers',
    async (name, more, answer) => {
      const argv = [name, folder, ...more.map((word) => (word === 'again' ? again : word))];
      const { exitCode, out, err } = await command([...argv, '--quiet']);
      expect(exitCode).toBe(0);
      expect(err).toBe('');
      expect(out.trimEnd().split('\n')).toHaveLength(1);
      expect(out).toContain(answer);
      const loud = await command(argv);
      expect(loud.exitCode).toBe(exitCode);
      expect(loud.out.length).toBeGreaterThan(out.length);
    },
    60_000,
  );

  it('of import names the result', async () => {
    const file = join(runs, 'theirs.csv');
    await writeFile(file, 'who,ns\na,1\nb,2\n');
    const columns = ['--arm-column', 'who', '--value-column', 'ns', '--unit', 'ns'];
    const { exitCode, out } = await command(['import', file, ...columns, '--out', runs, '-q']);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Result: {2}\S+\n$/);
  });

  it.each([
    [[], [], 'Nothing to remove.\n', 0],
    [['a', 'b'], [], 'removed 2, not removed 0, left alone 1\n', 0],
    [['a'], ['b'], 'removed 1, not removed 1, left alone 1\n', 2],
  ])('of clean counts %j and %j', (removed, failed, text, exitCode) => {
    const { stdout, stderr, env } = memorySurroundings();
    const progress = quietProgress(untimed());
    const { signal } = new AbortController();
    const context = { stdout, stderr, env, progress, signal, json: false, quiet: true };
    const left = removed.length === 0 ? [] : ['c'];
    const said: string[] = [];
    const all = { ...context, times: untimed(), say: (line: string) => void said.push(line) };
    expect(tellCleaned({ removed, failed, left }, 'removed', all)).toBe(exitCode);
    expect(stdout.text).toBe(text);
    expect(said).toHaveLength(removed.length === 0 ? 0 : 1);
  });

  it('leaves documents, data and errors as they are', async () => {
    for (const argv of [
      ['claims', folder, '--json'],
      ['claims', folder, '--markdown'],
      ['export', folder, '--format', 'csv'],
      ['claims', join(runs, 'none')],
      ['claims'],
    ]) {
      expect(await command([...argv, '--quiet'])).toEqual(await command(argv));
    }
  });
});
