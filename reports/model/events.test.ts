import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events, VCPU_STATES } from '../../bench/events/index.ts';
import { pageWalk } from '../../bench/page-walk/index.ts';
import { EVENT_COSTS } from '../../harness/run/testing/fake-events.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { Result } from '../../results/types.ts';
import { COLOURED, renderTerminal } from '../render/terminal.ts';
import { barPanels } from '../testing/panels.ts';
import { buildReport } from './build.ts';
import type { ReportModel } from './types.ts';

let runs: string;
let alone: Result;
let both: Result;
let wall: Result;

/** States that a run on one CPU has. */
const ONE_CPU = events.states.filter((state) => !VCPU_STATES.includes(state));

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-model-'));
  const brief = { events: '20', pages: '12', blocks: '2' };
  alone = await readResult(await sampleResult(runs, { ...brief, bench: ['events'] }));
  both = await readResult(await sampleResult(runs, brief));
  const others = { events: '1250', repeat: '4', clock: 'wall', state: ['busy-2', 'vcpus-8-each'] };
  wall = await readResult(
    await sampleResult(runs, { ...others, bench: ['events'], arm: ['minios'], blocks: '1' }),
  );
}, 60_000);
afterAll(() => rm(runs, { recursive: true, force: true }));

function tableOf(model: ReportModel, id: string) {
  const tables = [model, ...model.further].flatMap((section) => section.tables);
  const table = tables.find((entry) => entry.id === id);
  if (table === undefined) throw new Error(`no table ${id}`);
  return table;
}

describe('the report of events', () => {
  it('compares what a monitor adds, kind by kind', () => {
    const { overview } = buildReport(alone, events);
    expect(overview?.rows.map(([kind]) => kind)).toEqual(ONE_CPU);
    expect(overview?.caption).toContain('adds to an event');
    const added = [EVENT_COSTS.linux, EVENT_COSTS.minios].map((value) =>
      value.toLocaleString('en'),
    );
    for (const row of overview?.rows ?? []) expect([row[1], row[3]]).toEqual(added);
  });

  it('draws every kind with both arms, the unmonitored part set apart', () => {
    const { figures } = buildReport(alone, events);
    const chart = figures.find(({ id }) => id === 'events-round-trips')?.chart;
    const all = barPanels(chart)[0]?.bars ?? [];
    expect(chart?.legend.map(({ label }) => label)).toEqual(['Dom0', 'Mini-OS']);
    for (const kind of ['cpuid', 'cr3-write', 'msr-write', 'debug', 'descriptor']) {
      const bars = all.filter(({ category }) => category === kind);
      expect(bars.map(({ series }) => series)).toEqual(['dom0', 'minios']);
      for (const { foot, value, label } of bars) {
        expect(foot).toBeGreaterThanOrEqual(EVENT_COSTS.unmonitored);
        expect(foot).toBeLessThan(value);
        expect(label).toMatch(/ \(\+[\d,]+\)$/);
      }
    }
  });

  it('shows the counts of both sides, and all phases of every kind', () => {
    const model = buildReport(alone, events);
    const counts = tableOf(model, 'event-counts');
    expect(counts.rows).toHaveLength(ONE_CPU.length * 2);
    expect(tableOf(model, 'event-phases').rows).toHaveLength(ONE_CPU.length * 2);
    expect(model.notes.join()).toContain('right to write to the whole of its target');
    expect(model.facts.find(({ label }) => label === 'Target')?.value).toContain('making events');
  });

  it('shows what vcpus lose that only compute, and whether a long run is steady', () => {
    const model = buildReport(wall, events);
    const one = EVENT_COSTS.unit.toLocaleString('en');
    const lost = (EVENT_COSTS.unit * 1.01).toLocaleString('en');
    expect(tableOf(model, 'event-others').rows).toEqual([
      ['busy-2', 'Mini-OS', '2,500', one, lost, '+1.00 %', one, lost, '+1.00 %'],
    ]);
    const steady = tableOf(model, 'event-steadiness').rows;
    expect(steady.map((row) => [row[0], row[2], row.at(-2), row.at(-1)])).toEqual([
      ['vcpus-8-each', '8,000', '+0.00 %', 'steady'],
      ['busy-2', '1,000', '+0.00 %', 'steady'],
    ]);
    const ids = buildReport(alone, events).tables.map(({ id }) => id);
    expect(ids).not.toContain('event-others');
    expect(ids).not.toContain('event-steadiness');
  });

  it('names a run that drifts', () => {
    const measures = wall.summary.measures.map((measure) =>
      measure.phase === 'last-tenth' ? { ...measure, p50: measure.p50 * 1.011 } : measure,
    );
    const model = buildReport({ ...wall, summary: { ...wall.summary, measures } }, events);
    const [row] = tableOf(model, 'event-steadiness').rows;
    expect(row?.slice(-2)).toEqual(['+1.10 %', 'drifts']);
  });

  it('shows four denials, and repeats with its own options', () => {
    const model = buildReport(alone, events);
    expect(model.refusals?.table.rows).toHaveLength(4);
    expect(model.refusals?.table.rows.at(-1)?.[0]).toContain('read-only-events');
    expect(model.repeat?.command).toContain('--bench events');
    expect(model.repeat?.command).toContain('--events 20');
    expect(model.skipped.map(({ label }) => label)).toContain('events of kind single-step');
  });

  it('is a section of its own beside another benchmark', () => {
    const model = buildReport(both, pageWalk, events);
    expect(model.title).toContain('Page walk');
    expect(model.overview?.rows.map(([state]) => state)).toEqual([...pageWalk.states]);
    const [further] = model.further;
    expect(further?.title).toContain('Events');
    expect(further?.overview?.rows).toHaveLength(ONE_CPU.length);
    const ids = [model, ...model.further].flatMap((part) => [
      ...part.figures.map(({ id }) => id),
      ...part.tables.map(({ id }) => id),
      part.overview?.id,
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    const text = renderTerminal(model, COLOURED);
    expect(text).toContain('cr3-write-walk');
    expect(text).toContain('Dom0 and Mini-OS read exactly');
  });
});
