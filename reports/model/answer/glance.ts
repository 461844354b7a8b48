/**
 * A result at a glance: the states that the first benchmark's answer tells of, and the first state of
 * each other one. One row each, in their own units.
 */
import type { AnswerState } from '../../../bench/answer.ts';
import type { Benchmark } from '../../../bench/benchmark.ts';
import { ARM_LABELS, type Arm, isExact } from '../../../bench/words.ts';
import type { Measure } from '../../../harness/analyse/analyse.ts';
import { ratioInterval, ratioWithInterval } from '../../../harness/analyse/ratio-interval.ts';
import { hasFigures, type Summary } from '../../../results/types.ts';
import { left, right } from '../brief.ts';
import type { Table } from '../types.ts';
import { digitsOf, timesText, valueParts } from './numbers.ts';

const STATES_OF_FIRST = 4;

function intervalText(
  interval: readonly [number, number] | null,
  digits: number,
  counted: boolean,
): string {
  if (interval === null) return '–';
  if (counted && interval[0] === interval[1]) return 'exact';
  return interval.map((end) => timesText(end, digits)).join('–');
}

function rowOf(
  summary: Summary,
  { id, headline, answer }: Benchmark,
  told: AnswerState,
  arms: readonly Arm[],
) {
  const phase = answer.phase ?? headline;
  const isIt = (one: { benchmark: string; state: string; phase: string }) =>
    one.benchmark === id && one.state === told.state && one.phase === phase;
  const found = (arm: Arm): Measure | undefined =>
    summary.measures.find((measure) => isIt(measure) && measure.arm === arm);
  if (arms.every((arm) => found(arm) === undefined)) return [];
  const [pair] = summary.ratios;
  const ratio = summary.ratios.find(
    (one) => isIt(one) && one.numerator === pair?.numerator && one.denominator === pair.denominator,
  );
  const [of, to] = [ratio?.numerator, ratio?.denominator].map((arm) =>
    arm === undefined ? undefined : found(arm),
  );
  const interval =
    of === undefined || to === undefined ? null : ratioInterval(of, to, summary.ratios);
  const digits = digitsOf(interval);
  const parts = arms.map((arm): [string, string] => {
    const measure = found(arm);
    return measure === undefined ? ['–', ''] : valueParts(measure.p50, measure.unit, told.noun);
  });
  const units = [...new Set(parts.map(([, unit]) => unit).filter((unit) => unit !== ''))];
  // Bytes of two arms may be in two units: then each number has its own.
  const apart = units.length > 1;
  const times =
    ratio === undefined || of === undefined || to === undefined
      ? ['–', '–']
      : [
          timesText(ratioWithInterval(ratio, of, to), digits),
          intervalText(interval, digits, isExact(of.unit)),
        ];
  return [
    [
      ...[id, told.state],
      ...parts.map(([number, unit]) => (apart ? `${number} ${unit}`.trim() : number)),
      ...times,
      apart ? '' : (units[0] ?? ''),
    ],
  ];
}

/** Arms of the first benchmark that was measured: a column each, within eighty columns of a terminal. */
function armsOf({ arms, measures }: Summary, benchmarks: readonly Benchmark[]): Arm[] {
  for (const { id } of benchmarks) {
    const own = arms.filter((arm) =>
      measures.some((measure) => measure.benchmark === id && measure.arm === arm),
    );
    if (own.length > 0) return own;
  }
  return [...arms];
}

/** The table; null where there are no figures. */
export function glanceOf(summary: Summary, benchmarks: readonly Benchmark[]): Table | null {
  if (!hasFigures(summary)) return null;
  const arms = armsOf(summary, benchmarks);
  const rows = benchmarks.flatMap((benchmark, place) =>
    benchmark.answer.states
      .flatMap((state) => rowOf(summary, benchmark, state, arms))
      .slice(0, place === 0 ? STATES_OF_FIRST : 1),
  );
  if (rows.length === 0) return null;
  const [pair] = summary.ratios;
  const of =
    pair === undefined
      ? ''
      : ` of ${ARM_LABELS[pair.numerator]} to ${ARM_LABELS[pair.denominator]}`;
  return {
    id: 'glance',
    title: 'At a glance',
    caption: `Medians, and the ratio${of} with its 95 % interval. The report has all states and arms.`,
    columns: [
      left('benchmark'),
      left('state'),
      ...arms.map((arm) => right(ARM_LABELS[arm])),
      right('ratio'),
      right('95 %'),
      left('unit'),
    ],
    rows,
  };
}
