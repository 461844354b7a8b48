/**
 * What the way of measuring does to the answer: the same question by the paper's protocol and by ours.
 *
 * Protocol `seed-2018` gives the mean of one batch, by a clock of microseconds, with LibVMI's caches
 * as they are, of a target that runs: "TinyVMI: Bringing VMI into a Unikernel", 2018, section 4, and
 * its source. The same pages by the time-stamp counter show what the clock does, their median what
 * the mean does; the cache states of `v1` show what the caches do.
 */
import type { Arm, PageState, Protocol, Unit } from '../../bench/words.ts';
import { mean, quantile, sortedSample } from './quantile.ts';

/** What one arm costs by a protocol. */
export interface ProtocolValue {
  arm: Arm;
  /** In the unit of the answer. Of protocol `seed-2018` that of the first batch. */
  value: number;
  /** Pages in it. */
  n: number;
  /** Values of all batches, in their order: the whole experiment, repeated. Of `v1` empty. */
  repeats: number[];
}

/** An answer to the question what a page costs. */
export interface ProtocolAnswer {
  benchmark: string;
  protocol: Protocol;
  /** `seed-2018` itself, or the cache state of `v1`. */
  state: PageState;
  clock: 'microseconds' | 'ticks';
  statistic: 'mean' | 'p50';
  unit: Unit;
  arms: ProtocolValue[];
  /** How many times Dom0 costs what Mini-OS does; null when one of them was not measured. */
  ratio: number | null;
}

/** A batch by protocol `seed-2018`: five words a page, of which `walk` holds microseconds. */
export interface SeedBatch {
  ticks: Uint32Array;
}

/** The batches of an arm, with the rate of its clock in ticks a second; 0: unknown. */
export interface SeedGroup {
  arm: Arm;
  frequency: number;
  batches: readonly SeedBatch[];
}

const FIELDS = 5;
const MICROSECONDS = 0;
const TOTAL = 4;

function column({ ticks }: SeedBatch, field: number): Float64Array {
  return Float64Array.from(
    { length: ticks.length / FIELDS },
    (_, page) => ticks[page * FIELDS + field] as number,
  );
}

function ratioOf(arms: readonly ProtocolValue[]): number | null {
  const value = (wanted: Arm) => arms.find(({ arm }) => arm === wanted)?.value;
  const [dom0, minios] = [value('dom0'), value('minios')];
  if (dom0 === undefined || minios === undefined || !(minios > 0)) return null;
  return dom0 / minios;
}

function answer(
  parts: Omit<ProtocolAnswer, 'protocol' | 'state' | 'arms' | 'ratio'>,
  groups: readonly SeedGroup[],
  of: (batch: SeedBatch, group: SeedGroup) => number,
): ProtocolAnswer {
  const arms = groups.flatMap((group): ProtocolValue[] => {
    const repeats = group.batches.map((batch) => of(batch, group));
    const [value] = repeats;
    const n = (group.batches[0]?.ticks.length ?? 0) / FIELDS;
    return value === undefined ? [] : [{ arm: group.arm, value, n, repeats }];
  });
  return { ...parts, protocol: 'seed-2018', state: 'seed-2018', arms, ratio: ratioOf(arms) };
}

/**
 * The answers by protocol `seed-2018`: the paper's own first, then the same pages by another clock
 * and another statistic. Microseconds are given in ticks, at the rate of the arm's clock; without a
 * known rate that answer is left out.
 */
export function seedAnswers(
  groups: readonly SeedGroup[],
  { benchmark, unit }: { benchmark: string; unit: Unit },
): ProtocolAnswer[] {
  if (groups.length === 0) return [];
  const parts = { benchmark, unit };
  const rated = groups.every(({ frequency }) => frequency > 0);
  return [
    ...(rated
      ? [
          answer(
            { ...parts, clock: 'microseconds', statistic: 'mean' },
            groups,
            (batch, { frequency }) => (mean(column(batch, MICROSECONDS)) * frequency) / 1e6,
          ),
        ]
      : []),
    answer({ ...parts, clock: 'ticks', statistic: 'mean' }, groups, (batch) =>
      mean(column(batch, TOTAL)),
    ),
    answer({ ...parts, clock: 'ticks', statistic: 'p50' }, groups, (batch) =>
      quantile(sortedSample(column(batch, TOTAL)), 0.5),
    ),
  ];
}

/** The answers by protocol `v1`: the medians of each cache state. */
export function v1Answers(
  measures: readonly {
    benchmark: string;
    arm: Arm;
    state: string;
    phase: string;
    unit: Unit;
    n: number;
    p50: number;
  }[],
  benchmark: string,
  states: readonly PageState[],
): ProtocolAnswer[] {
  return states.flatMap((state) => {
    const own = measures.filter(
      (m) => m.benchmark === benchmark && m.state === state && m.phase === 'total',
    );
    const unit = own[0]?.unit;
    if (unit === undefined) return [];
    const arms = own.map(({ arm, p50, n }) => ({ arm, value: p50, n, repeats: [] }));
    const parts = { benchmark, protocol: 'v1', clock: 'ticks', statistic: 'p50', unit } as const;
    return [{ ...parts, state, arms, ratio: ratioOf(arms) }];
  });
}
