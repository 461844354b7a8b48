import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';
import { CsvFile } from './files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-csv-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function rowsOf(text: string, options = {}): Promise<{ cells: string[]; line: number }[]> {
  const path = join(folder, 'x.csv');
  await writeFile(path, text);
  const rows: { cells: string[]; line: number }[] = [];
  await readCsv(
    path,
    (columns) => {
      rows.push({ cells: [...columns], line: 1 });
      return (cells, line) => void rows.push({ cells: [...cells], line });
    },
    options,
  );
  return rows;
}

describe('readCsv', () => {
  it('reads plain and quoted cells, LF and CRLF, and counts lines', async () => {
    const rows = await rowsOf('\uFEFFa,b\r\n1,"x, ""y"""\r\n"two\nlines",3\n4,\n');
    expect(rows).toEqual([
      { cells: ['a', 'b'], line: 1 },
      { cells: ['1', 'x, "y"'], line: 2 },
      { cells: ['two\nlines', '3'], line: 3 },
      { cells: ['4', ''], line: 5 },
    ]);
  });

  it.each([
    ['', 'line 1: the file is empty'],
    ['a,b\n1,2\n3\n', 'line 3: 1 cells where 2 are named'],
    ['a,b\n1,2,3\n', 'line 2: 3 cells where 2 are named'],
    ['a\n1"2\n', 'line 2: a quotation mark out of its place'],
    ['a\n"1"2\n', 'line 2: a quotation mark out of its place'],
    ['a\n1\n"2\n', 'line 3: a quotation mark out of its place'],
  ])('refuses %j', async (text, message) => {
    await expect(rowsOf(text)).rejects.toThrow(message);
  });

  it('takes a last line without its end, unless the file is to be whole', async () => {
    expect(await rowsOf('a\n1')).toHaveLength(2);
    await expect(rowsOf('a\n1', { whole: true })).rejects.toThrow('is cut');
  });

  it('says so when there is no such file', async () => {
    await expect(readCsv(join(folder, 'none'), () => () => {})).rejects.toThrow('Cannot read');
  });

  it('reads what was written', async () => {
    const unit = fc.constantFrom('a', '"', ',', '\n', ' ', 'é', "'", '=', '-', '1');
    const cell = fc.string({ unit, maxLength: 5 });
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        const path = join(folder, 'written.csv');
        const file = new CsvFile(path, ['one', 'two']);
        for (const row of table) await file.row(row);
        await file.end();
        const read: string[][] = [];
        await readCsv(path, () => (cells) => void read.push([...cells]), { whole: true });
        expect(read).toEqual(table);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses a quotation mark without a second one, however much follows', async () => {
    const text = `a,b\n1,2\n"${'x,y\n'.repeat(5_000_000)}`;
    await expect(rowsOf(text)).rejects.toThrow('line 3: a row of more than 1 MiB, or a quotation');
  });

  it('gives cells to a spreadsheet as text, and numbers as numbers', async () => {
    const cells = [
      '=1+1',
      '+cmd',
      '-x',
      '@SUM(A1)',
      '\t=1',
      "'=1",
      '-12.5',
      '+3e-7',
      "it's",
      '5-1',
    ];
    const path = join(folder, 'formulas.csv');
    const file = new CsvFile(
      path,
      cells.map((_, index) => `c${index}`),
    );
    await file.row(cells);
    await file.end();
    const [, written] = parse(await readFile(path)) as string[][];
    expect(written).toEqual([
      ...["'=1+1", "'+cmd", "'-x", "'@SUM(A1)", "'\t=1", "''=1"],
      ...['-12.5', '+3e-7', "it's", '5-1'],
    ]);
    expect((await rowsOf(await readFile(path, 'utf8'))).at(-1)?.cells).toEqual(cells);
  });
});
