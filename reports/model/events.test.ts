import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events } from '../../bench/events/index.ts';
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

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-model-'));
  const brief = { events: '20', pages: '12', blocks: '2' };
  alone = await readResult(await sampleResult(runs, { ...brief, bench: ['events'] }));
  both = await readResult(await sampleResult(runs, brief));
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
    expect(overview?.rows.map(([kind]) => kind)).toEqual([...events.states]);
    expect(overview?.caption).toContain('adds to an event');
    const added = [EVENT_COSTS.linux, EVENT_COSTS.minios].map((value) =>
      value.toLocaleString('en'),
    );
    for (const row of overview?.rows ?? []) expect([row[1], row[3]]).toEqual(added);
  });

  it('has a chart for each kind with both arms, the unmonitored part set apart', () => {
    const { figures } = buildReport(alone, events);
    for (const kind of ['cpuid', 'cr3-write', 'msr-write', 'debug', 'descriptor']) {
      const chart = figures.find(({ id }) => id === `events-${kind}`)?.chart;
      const bars = barPanels(chart)[0]?.bars ?? [];
      expect(bars.map(({ category }) => category)).toEqual(['Dom0', 'Mini-OS']);
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
    expect(counts.rows).toHaveLength(events.states.length * 2);
    expect(tableOf(model, 'event-phases').rows).toHaveLength(events.states.length * 2);
    expect(model.notes.join()).toContain('right to write to the whole of its target');
    expect(model.facts.find(({ label }) => label === 'Target')?.value).toContain('making events');
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
    expect(further?.overview?.rows).toHaveLength(events.states.length);
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
