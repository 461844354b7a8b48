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
  pages: '50',
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
    ['dom0', 'close', [4000, 3000, 3]],
    ['dom0', 'total', [22_000, 22_000, 1250]],
    ['minios', 'walk', [6000, 0, 600]],
    ['minios', 'total', [6000, 0, 600]],
  ];
  const measures = pages.flatMap(([arm, part, values]) =>
    PLACES.map((place, i) => instructions(arm, phaseOf(part, place), values[i] ?? 0)),
  );
  const clock = instructions('dom0', CLOCK_PHASE, 45_200);
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

  it('draws nothing where nobody noted instructions', () => {
    expect(sectionOf(result).figures).toEqual([]);
  });

  it('says who executed what, held against the clock, where instructions were noted', () => {
    const { figures } = sectionOf(withInstructions(result));
    expect(figures.map(({ id }) => id)).toEqual(['anatomy']);
    expect(figures[0]?.table.rows).toEqual([
      ['cold', 'Dom0', 'walk', '18,000', '19,000', '700', '37,700', ''],
      ['cold', 'Dom0', 'copy', '0', '0', '547', '547', ''],
      ['cold', 'Dom0', 'close', '4,000', '3,000', '3', '7,003', ''],
      ['cold', 'Dom0', 'total', '22,000', '22,000', '1,250', '45,250', '45,200'],
      ['cold', 'Mini-OS', 'walk', '6,000', '0', '600', '6,600', ''],
      ['cold', 'Mini-OS', 'total', '6,000', '0', '600', '6,600', ''],
    ]);
  });

  it('stacks them in a panel a state, each instruction once', () => {
    const [panel, ...others] = sectionOf(withInstructions(result)).figures[0]?.chart.panels ?? [];
    if (panel?.kind !== 'stacked-parts') throw new Error('not stacked');
    expect(others).toEqual([]);
    expect(panel.title).toBe('cold');
    const named = panel.bars.map(({ category, values, label }) => [
      category,
      label,
      Object.fromEntries(panel.parts.map((part, i) => [part.label, values[i]])),
    ]);
    expect(named).toEqual([
      [
        'Dom0',
        '45,250',
        {
          ...{ 'walk: Xen': 18_000, 'walk: kernel': 19_000, 'map: Xen': 0, 'map: kernel': 0 },
          ...{ 'open and close: Xen': 4000, 'open and close: kernel': 3000 },
          ...{ copy: 547, 'program, besides': 703 },
        },
      ],
      ['Mini-OS', '6,600', expect.objectContaining({ 'walk: Xen': 6000, 'walk: kernel': 0 })],
    ]);
  });
});
