import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResult } from '../store/reader.ts';
import { sampleResult } from '../testing/sample-result.ts';
import type { Result } from '../types.ts';
import { toBencher, toCsv, toSmallerIsBetter } from './formats.ts';

let runs: string;
let result: Result;
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-exchange-'));
  result = await readResult(await sampleResult(runs));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

async function fits(schema: string, value: unknown): Promise<boolean> {
  const text = await readFile(new URL(`../schema/${schema}`, import.meta.url), 'utf8');
  return new Ajv().validate(JSON.parse(text), value);
}

describe('toBencher', () => {
  it('fits the published shape, with each median and its interval', async () => {
    const { measures } = result.summary;
    const metrics = toBencher(measures);
    expect(await fits('bencher.schema.json', metrics)).toBe(true);
    expect(Object.keys(metrics)).toHaveLength(measures.length);
    const [first] = measures;
    expect(metrics['page-walk/cold/dom0/total']).toEqual({
      instructions: {
        value: first?.p50,
        lower_value: first?.interval95?.[0],
        upper_value: first?.interval95?.[1],
      },
    });
  });

  it('is not fitted by what is no metric', async () => {
    expect(await fits('bencher.schema.json', { x: { y: { value: '1' } } })).toBe(false);
    expect(await fits('bencher.schema.json', {})).toBe(false);
  });
});

describe('toSmallerIsBetter', () => {
  it('fits the published shape', async () => {
    const { measures } = result.summary;
    const entries = toSmallerIsBetter(measures);
    expect(await fits('smaller-is-better.schema.json', entries)).toBe(true);
    expect(entries[0]).toMatchObject({
      name: 'page-walk/cold/dom0/total',
      unit: 'instructions',
      value: measures[0]?.p50,
    });
    expect(entries[0]?.range).toMatch(/^± [\d.]+$/);
  });

  it('has no range where there is no interval', async () => {
    const measures = result.summary.measures.map((m) => ({ ...m, interval95: null }));
    const entries = toSmallerIsBetter(measures);
    expect(entries[0]).not.toHaveProperty('range');
    expect(await fits('smaller-is-better.schema.json', entries)).toBe(true);
  });
});

describe('CSV', () => {
  /** Strict: no trimming, no relaxed quotes, as many cells in every record. */
  const strictly = (text: string) =>
    parse(text, { columns: true, record_delimiter: '\n' }) as Record<string, string>[];

  it('of measures is read by a strict reader', () => {
    const { measures } = result.summary;
    const rows = strictly(toCsv(measures));
    expect(rows).toHaveLength(measures.length);
    expect(Number(rows[0]?.p50)).toBe(measures[0]?.p50);
    const odd = { ...(measures[0] as (typeof measures)[0]), arm: 'a "b", c\nd', interval95: null };
    const [row] = strictly(toCsv([odd]));
    expect(row).toMatchObject({ arm: 'a "b", c\nd', low95: '' });
  });

  it.each(['samples.csv', 'batches.csv'])(
    '%s of a run is read by a strict reader',
    async (name) => {
      const text = await readFile(join(result.folder, name), 'utf8');
      expect(text.endsWith('\n')).toBe(true);
      const rows = strictly(text);
      expect(rows.length).toBeGreaterThan(10);
      const words = new Set(['arm', 'state', 'digest', 'cr3']);
      for (const row of rows) {
        for (const [column, cell] of Object.entries(row)) {
          if (!words.has(column) && cell !== '')
            expect(cell).toMatch(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/);
        }
      }
    },
  );
});
