import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './documents.ts';
import { readmeParts } from './readme.ts';
import { readReference } from './reference.ts';
import { readSeedRuns, type SeedRun, type SeedSide, savings, whyTheyDiffer } from './seed-runs.ts';

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const reference = await readReference(ROOT);

/** The tables of a document: their header and rows as cells. */
function tablesIn(text: string): { header: string[]; rows: string[][] }[] {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const tables = text.match(/(?:^\|.*\n)+/gm) ?? [];
  return tables.map((table) => {
    const [header = '', , ...rows] = table.trim().split('\n');
    return { header: cells(header), rows: rows.map(cells) };
  });
}

const number = (cell = '') => Number(cell.replaceAll(',', ''));

describe('README', () => {
  it('has ratios that its figures divide to', () => {
    let checked = 0;
    for (const { header, rows } of tablesIn(readme)) {
      const ratio = header.indexOf('Dom0 / Mini-OS');
      if (ratio < 0) continue;
      for (const row of rows) {
        const [dom0, minios] = [number(row[ratio - 2]), number(row[ratio - 1])];
        expect(row[ratio], row.join()).toBe((dom0 / minios).toFixed(2));
        checked++;
      }
    }
    expect(checked).toBe(4 + 8);
  });

  it('names the run that its figures are of', () => {
    expect(readme).toContain(`(${reference.result.manifest.id}, begun on`);
  });

  it('is of the reference run: other figures would make another README', async () => {
    const runs = await readSeedRuns(ROOT);
    const parts = readmeParts(reference, runs);
    for (const [name, part] of Object.entries(parts)) {
      expect(readme, name).toContain(part);
      const other = {
        ...reference,
        median: (...at: Parameters<typeof reference.median>) => 2 * reference.median(...at),
      };
      expect(readmeParts(other, runs)[name], name).not.toBe(part);
    }
  });

  it('asks for no figure that the run does not have', () => {
    expect(() => reference.median('events', 'cpuid', 'dom0', 'nothing')).toThrow('has no events');
    expect(() => reference.picture('nothing', 'x.png')).toThrow('no figure nothing');
  });

  it('says of every other table of figures which run it is of', () => {
    const made = /<!-- made: [\s\S]*?<!-- \/made -->/g;
    const paragraphs = readme.replace(made, '').split('\n\n');
    for (const [place, paragraph] of paragraphs.entries()) {
      const figures = /^\|(?:.*\n)*\|.*\d,\d{3}/m.test(paragraph);
      if (figures) expect(paragraphs[place - 1], paragraph).toMatch(/commit [0-9a-f]{7}/);
    }
  });
});

describe('runs by protocol seed-2018', () => {
  const side = (mean: number, interrupted = 0): SeedSide => ({
    meanByMicroseconds: mean,
    mean,
    median: 1000,
    interrupted,
    longest: interrupted * 5_100_000 + 1000,
  });
  const run = (dom0: SeedSide, minios: SeedSide): SeedRun => ({
    ...{ id: 'x', commit: null, start: 'cold', seed: 1 },
    dom0,
    minios,
  });
  const runs = [run(side(10_000, 1), side(1_000)), run(side(2_000), side(1_000))];

  it('give a saving each', () => {
    expect(savings(runs, 'mean')).toEqual([90, 50]);
    expect(savings(runs, 'median')).toEqual([0, 0]);
  });

  it('say how many pages were interrupted, and what that does to the mean', () => {
    const text = whyTheyDiffer(runs);
    expect(text).toContain(
      'takes 5.1 million instructions, which is 10.2 thousand on the mean of 500',
    );
    expect(text).toContain(
      'of Dom0’s batches 1 had no such page, 1 had one; of Mini-OS’s 2 had no such page'.replace(
        'of Dom0',
        'Of Dom0',
      ),
    );
  });

  it('were several, both booted and restored', async () => {
    const stored = await readSeedRuns(ROOT);
    expect(stored.length).toBeGreaterThanOrEqual(10);
    expect(new Set(stored.map(({ start }) => start))).toEqual(new Set(['cold', 'restored']));
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
  });
});
