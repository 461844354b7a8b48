import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anatomy, CLOCK_PHASE, type Part, PLACES, phaseOf } from '../../bench/anatomy/index.ts';
import { pageWalk } from '../../bench/page-walk/index.ts';
import type { Arm } from '../../bench/words.ts';
import type { Measure } from '../../harness/analyse/analyse.ts';
import { tracing } from '../../harness/run/testing/fake-trace.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { Result } from '../../results/types.ts';
import { buildReport } from './build.ts';
import type { Section } from './types.ts';

const OPTIONS = {
  bench: ['page-walk', 'anatomy'],
  state: ['cold', 'warm'],
  pages: '8',
  blocks: '1',
};

let runs: string;
let result: Result;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-anatomy-'));
  result = await readResult(await sampleResult(runs, OPTIONS, { trace: tracing(25, 50) }));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

function instructions(arm: Arm, phase: string, p50: number): Measure {
  const figures = { n: 1, min: p50, p50, p95: p50, p99: p50, max: p50, mean: p50 };
  return {
    ...{ benchmark: 'anatomy', arm, state: 'cold', phase, unit: 'instructions' },
    ...{ ...figures, interval95: null },
  };
}

/** As where an emulator notes instructions: parts of a cold page by Xen, kernel and program. */
function withInstructions({ summary, ...rest }: Result): Result {
  const pages: [Arm, Part | 'total', number[]][] = [
    ['dom0', 'walk', [18_000, 19_000, 700]],
    ['dom0', 'copy', [0, 0, 547]],
    ['dom0', 'total', [18_000, 19_000, 1247]],
    ['minios', 'total', [9000, 0, 1000]],
  ];
  const measures = pages.flatMap(([arm, part, values]) =>
    PLACES.map((place, i) => instructions(arm, phaseOf(part, place), values[i] ?? 0)),
  );
  const clock = instructions('dom0', CLOCK_PHASE, 38_200);
  return { ...rest, summary: { ...summary, measures: [...summary.measures, ...measures, clock] } };
}

function sectionOf(of: Result): Section {
  const [section] = buildReport(of, pageWalk, anatomy).further;
  if (section === undefined) throw new Error('no section');
  return section;
}

function table(section: Section, id: string) {
  return section.tables.find((one) => one.id === id);
}

describe('the anatomy of a page', () => {
  it('says how a page enters Xen, and what was counted itself', () => {
    const section = sectionOf(result);
    expect(section.question).toContain('Where do the instructions of a page go');
    const entries = table(section, 'anatomy-entries');
    expect(entries?.rows[0]).toEqual([
      ...['cold', 'Dom0', '0.5', '0', '0', '0', '0', '0', '0', '–', '–', '2'],
      'mmu_update 0.5',
    ]);
    expect(entries?.rows[1]?.slice(1)).toEqual([
      ...['Mini-OS', '1', '0', '0', '0', '0', '0', '0', '–', '1', '–'],
      'update_va_mapping_otherdomain 1',
    ]);
  });

  it('stacks the phases of the timed batches, cold pages on an axis of their own', () => {
    const { figures } = sectionOf(result);
    expect(figures.map(({ id }) => id)).toEqual(['anatomy-phases']);
    const panels = figures[0]?.chart.panels ?? [];
    expect(panels.map(({ title }) => title)).toEqual(['cold', 'warm']);
    const [cold] = panels;
    if (cold?.kind !== 'stacked-parts') throw new Error('not stacked');
    expect(cold.parts.map(({ label }) => label)).toEqual(['walk', 'map', 'copy', 'unmap', 'clock']);
    expect(cold.bars.map(({ category }) => category)).toEqual(['Dom0, cold', 'Mini-OS, cold']);
    const [bar] = cold.bars;
    const sum = bar?.values.reduce<number>((total, value) => total + (value ?? 0), 0) ?? 0;
    expect(bar?.label).toBe(sum.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ','));
    expect(cold.axis).toBe('instructions a page');
  });

  it('says who executed what, held against the clock, where instructions were noted', () => {
    expect(table(sectionOf(result), 'anatomy-executed')).toBeUndefined();
    const section = sectionOf(withInstructions(result));
    expect(table(section, 'anatomy-executed')?.rows).toEqual([
      ['cold', 'Dom0', 'walk', '18,000', '19,000', '700', '37,700', ''],
      ['cold', 'Dom0', 'copy', '0', '0', '547', '547', ''],
      ['cold', 'Dom0', 'total', '18,000', '19,000', '1,247', '38,247', '38,200'],
      ['cold', 'Mini-OS', 'total', '9,000', '0', '1,000', '10,000', ''],
    ]);
    const [, places] = section.figures;
    expect(places?.table.rows).toEqual([
      ['cold', 'Dom0', '18,000', '19,000', '1,247', '38,247'],
      ['cold', 'Mini-OS', '9,000', '0', '1,000', '10,000'],
    ]);
    expect(places?.chart.alternative).toContain(
      'Dom0, cold: 38,247 (Xen 18,000, kernel 19,000, program 1,247)',
    );
  });
});
