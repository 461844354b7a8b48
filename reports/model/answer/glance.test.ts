import { describe, expect, it } from 'vitest';
import { BENCHMARKS } from '../../../bench/registry.ts';
import { readResult } from '../../../results/store/reader.ts';
import { PLAIN, terminalTable } from '../../render/terminal.ts';
import { glanceOf } from './glance.ts';

const REFERENCE = new URL('../../../results/reference/emulated', import.meta.url).pathname;

describe('glanceOf', () => {
  it('has the states of the answer, and the first state of each further benchmark', async () => {
    const { summary } = await readResult(REFERENCE);
    const table = glanceOf(summary, BENCHMARKS);
    expect(table?.columns.map(({ label }) => label)).toEqual([
      ...['benchmark', 'state', 'Dom0', 'Mini-OS', 'ratio', '95 %', 'unit'],
    ]);
    expect(table?.rows.map(([benchmark, state]) => `${benchmark} ${state}`)).toEqual([
      ...['page-walk cold', 'page-walk tables', 'page-walk warm', 'page-walk batch'],
      ...['events cpuid', 'anatomy cold', 'code-size lines', 'boot first-page'],
      'footprint smallest',
    ]);
    if (table === null) throw new Error('no table');
    for (const line of terminalTable(table, PLAIN).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(table?.rows[0]?.slice(2)).toEqual([
      expect.stringMatching(/^55,4\d\d$/),
      '9,281',
      ...[/^5\.97\d$/, /^5\.97\d–5\.97\d$/].map((like) => expect.stringMatching(like)),
      'instructions',
    ]);
    expect(table?.rows[6]?.slice(4)).toEqual([expect.stringMatching(/^\d{3}$/), 'exact', 'lines']);
    expect(table?.rows[7]?.slice(4)).toEqual([
      ...[/^\d\.\d\d$/, /^\d\.\d\d–\d\.\d\d$/].map((like) => expect.stringMatching(like)),
      'instructions',
    ]);
  });

  it('gives each number its unit where they differ, and is none without figures', async () => {
    const { summary } = await readResult(REFERENCE);
    const held = summary.measures.filter(
      ({ state, arm }) => state === 'smallest' && arm === 'dom0',
    );
    const small = { ...held[0], arm: 'minios', p50: 4096 } as (typeof held)[number];
    const table = glanceOf({ ...summary, measures: [...held, small], ratios: [] }, BENCHMARKS);
    expect(table?.rows).toEqual([['footprint', 'smallest', '12.4 MiB', '4 KiB', '–', '–', '']]);
    expect(glanceOf({ ...summary, status: 'failure' }, BENCHMARKS)).toBeNull();
  });
});
