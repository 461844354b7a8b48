import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anatomy } from '../../bench/anatomy/index.ts';
import { codeSize } from '../../bench/code-size/index.ts';
import { pageWalk } from '../../bench/page-walk/index.ts';
import { ARM_LABELS, type Arm, type CodeState } from '../../bench/words.ts';
import { tracing } from '../../harness/run/testing/fake-trace.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { Result } from '../../results/types.ts';
import { buildReport } from './build.ts';
import { findMeasure } from './measures.ts';
import type { ReportModel, StackedPanel } from './types.ts';

let runs: string;
let result: Result;
let alone: ReportModel;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-code-size-'));
  const raw = { bench: ['page-walk', 'code-size'], pages: '8', blocks: '1' };
  result = await readResult(await sampleResult(runs, raw));
  const lines = await sampleResult(runs, { bench: ['code-size'], state: ['lines'] });
  alone = buildReport(await readResult(lines), codeSize);
}, 60_000);
afterAll(() => rm(runs, { recursive: true, force: true }));

describe('the section of code-size', () => {
  it("draws both arms, the unikernel alone, and the paper's figure", () => {
    const [figure] = alone.figures;
    const panels = figure?.chart.panels ?? [];
    expect(panels.map(({ kind }) => kind)).toEqual(Array(3).fill('stacked-parts'));
    const bars = panels.flatMap((panel) => (panel.kind === 'stacked-parts' ? panel.bars : []));
    expect(bars.map(({ category, label }) => [category, label])).toEqual([
      ['Dom0', '4.05'],
      ['Mini-OS', '0.209'],
      ['Mini-OS', '0.209'],
      ['Dom0 (Linux)', '177'],
      ['Mini-OS', '83'],
    ]);
    for (const { values, label } of bars.slice(3)) {
      expect(values.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(Number(label));
    }
  });

  it('draws bytes on one axis for both arms, and those of the unikernel on a finer one', () => {
    expect(alone.figures.map(({ id }) => id)).toEqual(['code-lines']);
    const [section] = buildReport(result, pageWalk, codeSize).further;
    const figure = section?.figures.find(({ id }) => id === 'code-bytes');
    const panels = (figure?.chart.panels ?? []) as StackedPanel[];
    expect(panels.map(({ axis }) => axis)).toEqual(['MiB', 'KiB']);
    const names = panels.map(({ bars }) => bars.map(({ category }) => category));
    expect(names).toEqual([
      ['Dom0, text', 'Dom0, data', 'Mini-OS, text', 'Mini-OS, data'],
      ['Mini-OS, text', 'Mini-OS, data'],
    ]);
    const sizes = { MiB: 2 ** 20, KiB: 2 ** 10 };
    for (const { axis, bars } of panels) {
      for (const { category, values } of bars) {
        const [arm, state] = category.split(', ');
        const whole = result.summary.measures.find(
          (measure) =>
            ARM_LABELS[measure.arm] === arm && measure.state === state && measure.phase === 'total',
        );
        const drawn = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
        expect(drawn * sizes[axis as 'MiB']).toBeCloseTo(whole?.p50 ?? Number.NaN, 3);
      }
    }
    expect(figure?.table.rows.filter(([, part]) => part === 'all')).toHaveLength(2);
  });

  it('prints the rule, and says that nothing was booted', () => {
    const rule = alone.tables.find(({ id }) => id === 'counting-rule');
    expect(rule?.rows.map(([part, , from]) => [part, from])).toContainEqual(['kernel', 'linux']);
    expect(alone.notes.join(' ')).toContain('Nothing was booted');
    expect(alone.notes.join(' ')).not.toContain('instructions');
  });

  it('shows sizes in their own units beside a page-walk, and the calls that this counted', () => {
    const report = buildReport(result, pageWalk, codeSize);
    const [section] = report.further;
    expect(section?.overview?.rows.find(([state]) => state === 'text')?.at(-1)).toBe('bytes');
    const made = section?.tables.find(({ id }) => id === 'calls-made');
    expect(made?.rows.length).toBeGreaterThan(0);
  });

  it('shows the calls that can be made beside those that are made, by name', async () => {
    const raw = { bench: ['page-walk', 'anatomy', 'code-size'], pages: '50', blocks: '1' };
    const traced = await readResult(await sampleResult(runs, raw, { trace: tracing(25, 50) }));
    const [, section] = buildReport(traced, pageWalk, anatomy, codeSize).further;
    const table = section?.tables.find(({ id }) => id === 'calls-by-name');
    const can = (arm: Arm, state: CodeState) =>
      String(findMeasure(traced.summary, arm, state, 'total')?.p50);
    const once = ['1', '1', '1', '1'];
    expect(table?.rows).toEqual([
      ['hypercalls', 'Dom0', can('dom0', 'hypercalls'), ...once, 'mmu_update'],
      [
        ...['hypercalls', 'Mini-OS', can('minios', 'hypercalls'), ...once],
        'update_va_mapping_otherdomain',
      ],
      ['system calls', 'Dom0', can('dom0', 'system-calls'), ...once, 'ioctl'],
      ['system calls', 'Mini-OS', can('minios', 'system-calls'), '–', '–', '–', '–', '–'],
    ]);
    const untraced = buildReport(result, pageWalk, codeSize).further[0];
    expect(untraced?.tables.map(({ id }) => id)).not.toContain('calls-by-name');
  });
});
