import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawRunOptions } from '../../harness/plan/options.ts';
import { EXPORTED, toCsv } from '../../results/exchange/formats.ts';
import { IMPORTED_SAMPLES, importSamples } from '../../results/imported/write.ts';
import { readResult } from '../../results/store/reader.ts';
import { type CsvTable, column, faultOf, namesOf } from '../../results/store/table.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import { csvParts, RESULT_TABLES } from './csv.ts';
import { ROOT } from './documents.ts';

const REFERENCE = join(ROOT, 'results', 'reference', 'emulated');

let runs: string;
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-csv-'));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

/** What is wrong with a file, by its description: at most one fault a column. */
function faultsOf({ columns }: CsvTable, text: string): string[] {
  const [header = [], ...rows] = parse(text) as string[][];
  if (header.join() !== namesOf(columns).join()) return [`header is ${header.join()}`];
  if (rows.length === 0) return ['there are no rows'];
  return columns.flatMap((described, place) => {
    for (const row of rows) {
      const fault = faultOf(described, row[place] as string);
      if (fault !== undefined) return [fault];
    }
    return [];
  });
}

/** Holds every CSV file of a result against its description. @returns names of the files */
async function checkResult(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.csv'));
  for (const name of names) {
    const table = RESULT_TABLES.find((one) => one.name === name);
    expect(table, `${name} is described nowhere`).toBeDefined();
    const text = await readFile(join(folder, name), 'utf8');
    expect(faultsOf(table as CsvTable, text), name).toEqual([]);
  }
  return names;
}

describe('columns of CSV files', () => {
  it('are in every file that a run writes, with cells of their type', async () => {
    const asked: RawRunOptions[] = [
      { pages: '40', blocks: '1', events: '20', bench: ['page-walk', 'code-size'] },
      { bench: ['events'], state: ['cpuid'], events: '20', blocks: '1' },
      { bench: ['events'], state: ['busy-4'], clock: 'wall', events: '20', blocks: '1' },
      { bench: ['events'], state: ['cpuid'], events: '20', target: 'web', allowEvents: true },
    ];
    const seen = new Set<string>();
    for (const raw of asked) {
      for (const name of await checkResult(await sampleResult(runs, raw))) seen.add(name);
    }
    expect([...seen].sort()).toEqual(RESULT_TABLES.map(({ name }) => name).sort());
  }, 60_000);

  it('are in the files of the reference run', async () => {
    const { manifest } = await readResult(REFERENCE);
    const listed = Object.keys(manifest.files).filter((name) => name.endsWith('.csv'));
    expect((await checkResult(REFERENCE)).sort()).toEqual(listed.sort());
    expect(listed.length).toBeGreaterThan(4);
  }, 60_000);

  it('are in imported and exported files', async () => {
    const source = join(runs, 'theirs.csv');
    await writeFile(source, 'who,ns\n"a, b",1.5\nc,2e3\n');
    const columns = { arm: 'who', values: ['ns'], states: [], header: true };
    const request = { files: [{ path: source }], columns, unit: 'ns', benchmark: 'theirs' };
    const folder = await importSamples(request, runs, new Date(0));
    const text = await readFile(join(folder, 'samples.csv'), 'utf8');
    expect(faultsOf(IMPORTED_SAMPLES, text)).toEqual([]);
    const { summary } = await readResult(REFERENCE);
    expect(faultsOf(EXPORTED, toCsv(summary.measures))).toEqual([]);
  });

  it('have names of their own in a file, and a meaning', () => {
    for (const { name, columns } of [...RESULT_TABLES, IMPORTED_SAMPLES, EXPORTED]) {
      expect(new Set(namesOf(columns)).size, name).toBe(columns.length);
      for (const { meaning } of columns) expect(meaning).not.toBe('');
    }
  });

  it('stand in the document, a table a file', () => {
    const { tables = '' } = csvParts();
    const sections = `\n${tables}`.split('\n## ').slice(1);
    const described = [...RESULT_TABLES, IMPORTED_SAMPLES, EXPORTED];
    expect(sections).toHaveLength(described.length);
    for (const [place, { name, columns }] of described.entries()) {
      expect(sections[place]?.startsWith(name), name).toBe(true);
      for (const of of columns) {
        expect(sections[place]).toContain(`| \`${of.name}\` | ${of.type} |`);
      }
    }
  });
});

describe('a cell', () => {
  const count = column('maps', 'integer', 'frames', 'frames mapped', 'it is not known');
  it.each([
    [count, '12', undefined],
    [count, '', undefined],
    [count, '1.5', 'maps is "1.5", no integer'],
    [column('flag', 'flag', '', 'x'), '2', 'flag is "2", no flag'],
    [column('arm', 'word', '', 'x'), 'a b', 'arm is "a b", no word'],
    [column('arm', 'word', '', 'x'), '', 'arm is empty'],
    [column('cr3', 'hex with 0x', '', 'x'), '4c7c000', 'cr3 is "4c7c000", no hex with 0x'],
    [column('share', 'number', 'ticks', 'x'), '0.125', undefined],
  ])('of %o: %j', (of, cell, fault) => {
    expect(faultOf(of, cell)).toBe(fault);
  });
});
