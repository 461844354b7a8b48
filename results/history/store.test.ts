import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendHistory, historyPath, readHistory } from './store.ts';
import type { HistoryEntry } from './types.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-history-'));
  path = join(folder, 'deep', 'history.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function entry(id: string): HistoryEntry {
  return {
    version: 1,
    id,
    startedAt: '2026-01-01T00:00:00.000Z',
    commit: null,
    manifest: 'a'.repeat(64),
    identity: { testbed: 'emulated' },
    measures: [
      {
        ...{ benchmark: 'page-walk', arm: 'minios', state: 'cold', phase: 'total' },
        ...{ unit: 'instructions', n: 6000, p50: 9281, interval95: [9281, 9281] },
      },
    ],
  };
}

describe('a history', () => {
  it('keeps its entries in order, each once', async () => {
    expect(await appendHistory(path, entry('a'))).toBe(true);
    expect(await appendHistory(path, entry('b'))).toBe(true);
    expect(await appendHistory(path, entry('a'))).toBe(false);
    const { entries, broken } = await readHistory(path);
    expect(entries).toEqual([entry('a'), entry('b')]);
    expect(broken).toEqual([]);
  });

  it('names broken lines and keeps the rest', async () => {
    await appendHistory(path, entry('a'));
    await appendFile(path, 'garbage\n\n{"version":1}\n');
    await appendFile(path, `${JSON.stringify({ ...entry('x'), version: 2 })}\n`);
    await appendHistory(path, entry('b'));
    const { entries, broken } = await readHistory(path);
    expect(entries.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(broken.map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(broken.map(({ why }) => why).join()).toMatch(/not JSON,no entry.*required.*,no entry/);
  });

  it('goes on after a writer that was killed in the middle of a line', async () => {
    await appendHistory(path, entry('a'));
    await appendFile(path, JSON.stringify(entry('half')).slice(0, 50));
    await appendHistory(path, entry('b'));
    const { entries, broken } = await readHistory(path);
    expect(entries.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(broken).toEqual([{ line: 2, why: 'not JSON' }]);
  });

  it('takes a run whose line is there twice as one, and accepts it when either line does', async () => {
    await appendHistory(path, entry('a'));
    const accepted = { why: 'it checks more', at: '2026-01-02T00:00:00.000Z' };
    await appendFile(path, `${JSON.stringify(entry('a'))}\n`);
    expect(await appendHistory(path, { ...entry('a'), accepted })).toBe(true);
    expect(await appendHistory(path, { ...entry('a'), accepted })).toBe(false);
    await appendFile(path, `${JSON.stringify(entry('a'))}\n`);
    const { entries, broken } = await readHistory(path);
    expect(entries).toEqual([{ ...entry('a'), accepted }]);
    expect(broken).toEqual([]);
  });

  it('names another run of a name that is taken, a figure whose unit changes, and what is no date', async () => {
    const first = entry('a');
    const lines = [
      first,
      { ...first, manifest: 'b'.repeat(64) },
      { ...entry('b'), measures: first.measures.map((measure) => ({ ...measure, unit: 'ns' })) },
      { ...entry('c'), startedAt: 'yesterday' },
    ];
    await appendHistory(path, first);
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { entries, broken } = await readHistory(path);
    expect(entries).toEqual([first]);
    expect(broken).toEqual([
      { line: 2, why: 'another run of the name a' },
      { line: 3, why: 'page-walk minios cold is in ns, and in instructions in the runs before' },
      { line: 4, why: 'no entry of a history: "yesterday" is no date' },
    ]);
  });

  it('is read in the order of time, and says which run was not', async () => {
    const day = (id: string, date: string) => ({
      ...entry(id),
      startedAt: `2026-01-${date}T00:00:00Z`,
    });
    for (const one of [day('b', '02'), day('a', '01'), day('c', '03')])
      await appendHistory(path, one);
    const { entries, mended } = await readHistory(path);
    expect(entries.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(mended).toEqual([
      'a stands after a run that began later: the runs are taken in the order of time.',
    ]);
  });

  it('is not written when there is an objection', async () => {
    await appendHistory(path, entry('a'));
    const before = await readFile(path, 'utf8');
    await expect(appendHistory(path, entry('b'), () => 'xen is another')).rejects.toThrow(
      'xen is another',
    );
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('loses nothing to two writers at once, in two processes', async () => {
    const store = fileURLToPath(new URL('store.ts', import.meta.url));
    const script = join(folder, 'writer.mts');
    await writeFile(
      script,
      `import { appendHistory } from ${JSON.stringify(store)};
const [name, path, text] = process.argv.slice(2);
for (let i = 0; i < 10; i++) await appendHistory(path, { ...JSON.parse(text), id: name + i });`,
    );
    const tsx = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url));
    const write = (name: string) =>
      promisify(execFile)(tsx, [script, name, path, JSON.stringify(entry(name))]);
    await Promise.all([write('a'), write('b')]);
    const { entries, broken } = await readHistory(path);
    expect(broken).toEqual([]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(20);
  }, 60_000);

  it('says what to do when there is none', async () => {
    await expect(readHistory(path)).rejects.toMatchObject({
      advice: expect.stringContaining('history append'),
    });
  });

  it('has a file for each testbed and configuration', () => {
    const name = historyPath('h', { testbed: 'emulated', xen: '4.17.5' });
    expect(name).toMatch(/^h\/emulated-[0-9a-f]{8}\.jsonl$/);
    expect(historyPath('h', { xen: '4.17.5', testbed: 'emulated' })).toBe(name);
    expect(historyPath('h', { testbed: 'emulated', xen: '4.20' })).toBe(name);
    expect(historyPath('h', { testbed: 'emulated', 'page-walk.pages': '40' })).not.toBe(name);
  });
});
