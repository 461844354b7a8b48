import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(...entries: object[]): Promise<void> {
  const journal = await Journal.create(path);
  for (const entry of entries) await journal.append(entry);
  await journal.close();
}

async function reopen(): Promise<{ entries: unknown[]; journal: Journal }> {
  const entries: unknown[] = [];
  const journal = await Journal.open(path, (entry) => entries.push(entry));
  return { entries, journal };
}

describe('a journal', () => {
  it('gives back what was written, and goes on', async () => {
    await write({ a: 1 }, { b: 'µ' });
    const { entries, journal } = await reopen();
    expect(entries).toEqual([{ a: 1 }, { b: 'µ' }]);
    await journal.append({ c: 3 });
    await journal.close();
    const again = await reopen();
    expect(again.entries).toEqual([{ a: 1 }, { b: 'µ' }, { c: 3 }]);
    await again.journal.close();
  });

  it('cuts off what a death in mid-line left, wherever it struck', async () => {
    await write({ a: 1 }, { b: 2 }, { c: 3 });
    const whole = await readFile(path);
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let length = last; length < whole.length; length++) {
      await writeFile(path, whole);
      await truncate(path, length);
      const { entries, journal } = await reopen();
      expect(entries).toEqual([{ a: 1 }, { b: 2 }]);
      await journal.append({ d: 4 });
      await journal.close();
      const { entries: after, journal: open } = await reopen();
      expect(after).toEqual([{ a: 1 }, { b: 2 }, { d: 4 }]);
      await open.close();
    }
  });

  it('cuts off a last line that the disk never got', async () => {
    await write({ a: 1 });
    await appendFile(path, `${'\0'.repeat(60)}\n`);
    const { entries, journal } = await reopen();
    expect(entries).toEqual([{ a: 1 }]);
    await journal.close();
  });

  it('refuses a changed line, and names it', async () => {
    await write({ a: 1 }, { b: 2 }, { c: 3 });
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"b":2', '"b":9'));
    await expect(reopen()).rejects.toThrow('line 2: not as it was written');
  });

  it('refuses a line that is gone', async () => {
    await write({ a: 1 }, { b: 2 }, { c: 3 }, { d: 4 });
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [lines[0], ...lines.slice(2)].join('\n'));
    await expect(reopen()).rejects.toThrow('line 2');
  });

  it('does not begin where there is one', async () => {
    await write({ a: 1 });
    await expect(Journal.create(path)).rejects.toThrow('EEXIST');
  });
});
