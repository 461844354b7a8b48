import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { percent, shareOf, shortcomings, sumLines } from './lines.ts';
import { productSources } from './sources.ts';
import { coverageDocument, rangesOf, textTable } from './table.ts';

const report = (file: string, counts: Record<number, number>) => ({
  files: [
    {
      file,
      lines: Object.entries(counts).map(([line, count]) => ({ line_number: Number(line), count })),
    },
  ],
});

const files = sumLines(
  [
    report('vmi/a.c', { 3: 1, 4: 0, 5: 0, 9: 0 }),
    report('vmi/a.c', { 3: 0, 5: 2 }),
    report('tests/a.c', { 1: 1 }),
    report('vmi/b.c', { 1: 0 }),
  ],
  ['vmi/a.c', 'vmi/b.c', 'vmi/c.c', 'vmi/data.c'],
  new Set(['vmi/a.c', 'vmi/b.c', 'vmi/data.c', 'tests/a.c']),
);

test('a line ran when it did in any program, and counts once', () => {
  expect(files).toEqual([
    { file: 'vmi/a.c', lines: 4, executed: 2, missed: [4, 9], linked: true },
    { file: 'vmi/b.c', lines: 1, executed: 0, missed: [1], linked: true },
    { file: 'vmi/c.c', lines: 0, executed: 0, missed: [], linked: false },
    { file: 'vmi/data.c', lines: 0, executed: 0, missed: [], linked: true },
  ]);
  expect(shareOf(files)).toBe(0.4);
});

test('a file that no test executes and a share that is too small are told', () => {
  expect(shortcomings(files)).toEqual([
    'vmi/b.c is executed by no host test: add one (native/Makefile)',
    'vmi/c.c is executed by no host test: add one (native/Makefile)',
    '40.0 % of lines are executed, 85.0 % is the least',
  ]);
  const good = { file: 'a.c', lines: 100, executed: 85, missed: [], linked: true };
  expect(shortcomings([good])).toEqual([]);
  expect(shortcomings([{ ...good, executed: 84 }])).toHaveLength(1);
});

test('a share is not rounded up', () => {
  expect(percent(0.8499)).toBe('84.9 %');
  expect(percent(1)).toBe('100.0 %');
});

test('what was missed is told in ranges', () => {
  expect(rangesOf([3, 4, 5, 9, 11, 12])).toBe('3-5 9 11-12');
  expect(textTable(files)).toContain(
    'vmi/a.c                                      2/4     50.0 %  4 9',
  );
});

test('docs/coverage.md has every C file of the product and no other', async () => {
  const document = await readFile(new URL('../../docs/coverage.md', import.meta.url), 'utf8');
  const sources = await productSources();
  const told = [...document.matchAll(/^\| `([^`]+\.c)`/gm)].map(([, file]) => file);
  expect(told).toEqual(sources);
  const lines = (text: string) => text.split('\n').filter((line) => !line.startsWith('| '));
  expect(lines(document)).toEqual(lines(coverageDocument(files)));
});
