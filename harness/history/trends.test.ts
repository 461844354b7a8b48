import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trendSvg } from '../../reports/charts/trend-svg.ts';
import { sparkline } from '../../reports/model/trend.ts';
import { readHistory } from '../../results/history/store.ts';
import type { HistoryEntry } from '../../results/history/types.ts';
import { normal } from '../analyse/draws.ts';
import { madeUpMeasured } from '../compare/testing/measured.ts';
import { seededRandom } from '../plan/prng.ts';
import { entryOf } from './entry.ts';
import { trendsBySegment, trendsOf } from './trends.ts';

const ARMS = ['dom0', 'minios'];
const STATES = ['cold', 'tables', 'warm', 'batch'];

/** A history with noise in Dom0 only; from run `at` on, Mini-OS's cold pages cost 1 % more. */
function historyOf(length: number, at: number): HistoryEntry[] {
  const random = seededRandom(7);
  const entry = entryOf(madeUpMeasured({ pages: 1 }));
  return Array.from({ length }, (_, i) => ({
    ...entry,
    id: `run-${i}`,
    startedAt: new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString(),
    commit: i.toString(16).padStart(40, '0'),
    measures: ARMS.flatMap((arm) =>
      STATES.map((state) => {
        const noise = arm === 'dom0' ? 100 * normal(random) : 0;
        const step = arm === 'minios' && state === 'cold' && i >= at ? 1.01 : 1;
        return {
          ...{ benchmark: 'page-walk', arm, state, phase: 'total', unit: 'instructions', n: 6000 },
          p50: (arm === 'dom0' ? 55_000 : 9281) * step + noise,
          interval95: null,
        };
      }),
    ),
  }));
}

describe('trendsOf', () => {
  it('finds the run and the commit of a change, and none where there is none', () => {
    const trends = trendsOf(historyOf(60, 40));
    expect(trends).toHaveLength(8);
    const changes = trends.flatMap(({ arm, state, changes: some }) =>
      some.map(({ id, commit, ratio }) => ({ arm, state, id, commit, ratio })),
    );
    expect(changes).toEqual([
      {
        ...{ arm: 'minios', state: 'cold', id: 'run-40' },
        ...{ commit: '28'.padStart(40, '0'), ratio: expect.closeTo(1.01, 9) },
      },
    ]);
  });

  it('is content with one run', () => {
    const [trend] = trendsOf(historyOf(1, 9));
    expect(trend?.points).toHaveLength(1);
    expect(trend?.changes).toEqual([]);
  });
});

describe('a history of 10,000 runs', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tinyvmi-trends-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is read, tested for change points and drawn in under 5 s', async () => {
    const path = join(folder, 'long.jsonl');
    const lines = historyOf(10_000, 7000).map((entry) => JSON.stringify(entry));
    await writeFile(path, `${lines.join('\n')}\n`);
    const started = process.cpuUsage();
    const { entries } = await readHistory(path);
    const trends = trendsOf(entries);
    const picture = trendSvg(trends, path);
    // Time of the processor: what a machine with nothing else to do would take.
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    expect(trends.flatMap(({ changes }) => changes.map(({ id }) => id))).toEqual(['run-7000']);
    expect(picture.length).toBeLessThan(2 ** 20);
    expect(seconds).toBeLessThan(5);
  }, 60_000);
});

describe('trendSvg', () => {
  it('draws a panel a figure, with text that needs escaping', () => {
    const [trend] = trendsOf(historyOf(10, 99));
    if (trend === undefined) throw new Error('no trend');
    const picture = trendSvg([{ ...trend, state: '<b>&' }], 'a "name"');
    expect(picture).toContain('&lt;b&gt;&amp;');
    expect(picture).toContain('a &quot;name&quot;');
    expect(picture.match(/<circle/g)).toHaveLength(10);
    expect(picture).not.toContain('NaN');
  });

  it('draws one run, equal runs and no run', () => {
    for (const length of [1, 5]) {
      expect(trendSvg(trendsOf(historyOf(length, 99)), 'x')).not.toContain('NaN');
    }
    expect(trendSvg([], 'x')).toContain('<svg');
  });
});

describe('sparkline', () => {
  it('goes from the least to the greatest, and thins what is long', () => {
    expect(sparkline([1, 2, 3, 8])).toBe('▁▂▃█');
    expect(sparkline([5, 5])).toBe('▁▁');
    const long = sparkline(Array.from({ length: 10_000 }, (_, i) => i));
    expect(long).toHaveLength(24);
    expect(long.at(-1)).toBe('█');
  });
});

describe('trendsBySegment', () => {
  it('keeps segments apart, says what began each, and finds no change between them', () => {
    const entries = historyOf(40, 20).map((entry, i) =>
      i < 20 ? entry : { ...entry, identity: { ...entry.identity, xen: '4.20' } },
    );
    const trends = trendsBySegment(entries);
    expect(trends).toHaveLength(16);
    expect(new Set(trends.map(({ begunBy }) => begunBy))).toEqual(
      new Set([null, 'xen is 4.20, 4.17.5 before']),
    );
    expect(trends.flatMap(({ changes }) => changes)).toEqual([]);
    expect(trendsOf(entries).flatMap(({ changes }) => changes)).toHaveLength(1);
  });

  it('joins the runs of machines that take turns, each its own', () => {
    const entries = historyOf(8, 99).map((entry, i) => ({
      ...entry,
      identity: { ...entry.identity, 'host.cpu': i % 2 ? 'one' : 'other' },
    }));
    expect(trendsBySegment(entries).map(({ points }) => points.length)).toEqual(
      new Array(16).fill(4),
    );
  });
});
