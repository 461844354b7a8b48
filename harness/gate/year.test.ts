/**
 * A year of nights over the real gate and history, with made-up runs whose truth is known.
 */
import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../results/history/types.ts';
import type { Measured } from '../../results/measured.ts';
import { normal } from '../analyse/draws.ts';
import { madeUpMeasured } from '../compare/testing/measured.ts';
import { trendsBySegment } from '../history/trends.ts';
import { seededRandom } from '../plan/prng.ts';
import { judgeByHistory } from './history-gate.ts';

const NIGHTS = 365;

/** First nights of kernels, and what each does to all figures. */
const KERNELS = [40, 95, 150, 205, 260, 330];
const KERNEL_FACTOR = [1.02, 0.98, 1.03, 1.0, 0.97, 1.02];
/** First nights of changes that are wanted, by 4 % of one arm, and accepted by hand the morning after. */
const WANTED = [30, 120, 220, 300];
/** First and last nights of regressions by 5 %, each mended after. */
const REGRESSIONS = [
  [70, 74],
  [178, 180],
  [341, 346],
] as const;
/** First night of another machine, with other clocks and another level. */
const MACHINE = 240;

/** How medians of runs spread, as a third of the margin of each arm. */
const RUN_SPREAD: Readonly<Record<string, number>> = { minios: 0.005 / 3, dom0: 0.015 / 3 };

const countOf = (nights: readonly number[], night: number) =>
  nights.filter((first) => first <= night).length;

/** What is true of a night. */
function truthOf(night: number) {
  const kernels = countOf(KERNELS, night);
  return {
    kernel: `6.1.0-${51 + kernels}-amd64`,
    machine: night < MACHINE ? 'first' : 'second',
    level:
      KERNEL_FACTOR.slice(0, kernels).reduce((all, factor) => all * factor, 1) *
      (night < MACHINE ? 1 : 1.4),
    wanted: 1.04 ** countOf(WANTED, night),
    slowed: REGRESSIONS.some(([from, to]) => night >= from && night <= to) ? 1.05 : 1,
  };
}

/** A run of that night: `again` is the one that confirms. */
function runOf(night: number, again = 0): Measured {
  const { kernel, machine, level, wanted, slowed } = truthOf(night);
  const random = seededRandom(2 * night + again);
  const start = Date.UTC(2026, 0, 1, again) + night * 86_400_000;
  const groups = ['dom0', 'minios'].flatMap((arm) => {
    const centre = 1000 * level * (arm === 'minios' ? wanted * slowed : 1);
    const shift = 1 + (RUN_SPREAD[arm] ?? 0) * normal(random);
    return madeUpMeasured({
      ...{ id: `night-${night}${again ? '-again' : ''}`, seed: 1000 * night + again },
      ...{
        arms: [arm],
        states: ['cold'],
        pages: 2,
        pageSpread: 0.001,
        centre: centre * shift,
      },
    }).groups;
  });
  const made = madeUpMeasured({
    identity: {
      ...{ 'dom0.kernel': kernel, 'host.cpu': machine },
      ...{ 'clock.dom0': 'tsc, native', 'clock.minios': 'tsc, native' },
    },
  });
  return {
    ...made,
    id: `night-${night}${again ? '-again' : ''}`,
    startedAt: new Date(start).toISOString(),
    groups,
  };
}

/** The lane: every night is judged and appended; an accept repeats the line of the night before. */
async function year() {
  const entries: HistoryEntry[] = [];
  const told: { night: number; outcome: string; reason: string }[] = [];
  const begun: number[] = [];
  for (let night = 0; night < NIGHTS; night++) {
    if (WANTED.includes(night - 1)) {
      const last = entries.at(-1) as HistoryEntry;
      entries.splice(-1, 1, { ...last, accepted: { why: 'wanted', at: last.startedAt } });
    }
    const { report, entry } = await judgeByHistory(
      { path: 'nightly', entries, window: 20 },
      runOf(night),
      {
        compare: { ignore: [] },
        confirm: async () => runOf(night, 1),
        strict: false,
      },
    );
    entries.push(entry);
    if (report === null) begun.push(night);
    else if (report.outcome !== 'pass') {
      told.push({ night, outcome: report.outcome, reason: report.reason });
    }
  }
  return { entries, told, begun };
}

describe('a year of nights', () => {
  it('tells every regression within two nights, and nothing else but what is accepted', async () => {
    const { entries, told, begun } = await year();
    expect(entries).toHaveLength(NIGHTS);
    expect(told.filter(({ outcome }) => outcome !== 'regression')).toEqual([]);
    const nights = told.map(({ night }) => night);
    for (const [from, to] of REGRESSIONS) {
      expect(nights.some((night) => night >= from && night <= Math.min(from + 1, to))).toBe(true);
    }
    const meant = (night: number) =>
      WANTED.includes(night) || REGRESSIONS.some(([from, to]) => night >= from && night <= to);
    expect(told.filter(({ night }) => !meant(night))).toEqual([]);
    for (const night of WANTED) expect(nights).toContain(night);
    // Nights without a verdict come while a level is new, and without a hand they end.
    const beginnings = [0, MACHINE, ...KERNELS, ...WANTED];
    for (const night of begun) {
      expect(
        beginnings.some((first) => night >= first && night - first <= 5),
        `${night}`,
      ).toBe(true);
    }
    for (const first of [0, MACHINE, ...KERNELS]) expect(begun).toContain(first);
    const segments = new Set(trendsBySegment(entries).map(({ begunBy }) => begunBy));
    expect(segments.size).toBe(1 + KERNELS.length + 1);
    expect([...segments].join('\n')).toContain(
      'dom0.kernel is 6.1.0-52-amd64, 6.1.0-51-amd64 before',
    );
  }, 120_000);
});
