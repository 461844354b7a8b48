/**
 * What is known of the samples, as tables.
 */
import type { Diagnosis } from '../../harness/analyse/diagnose.ts';
import { type IntervalBasis, leftOut } from '../../harness/analyse/median-interval.ts';
import { MOST_STRETCHES, TIMES } from '../../harness/analyse/stretches.ts';
import { type Brief, fixed, left, right } from './brief.ts';
import { armLabel, formatInterval, formatNumber } from './format.ts';
import type { Table } from './types.ts';

/** A diagnosis and what it is about. */
export type NamedDiagnosis = Diagnosis & {
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
  unit: string;
};

function nameOf({ benchmark, state, arm }: NamedDiagnosis): string[] {
  return [benchmark, state, armLabel(arm)];
}

const NAME = ['benchmark', 'state', 'arm'].map(left);

function percent(share: number | null): string {
  return share === null ? '–' : `${formatNumber(share * 100)} %`;
}

/** How well each median is known, with all levels of repetition in it. */
export function medianTable(diagnoses: readonly NamedDiagnosis[], per = 'page'): Table {
  return {
    id: 'medians',
    title: 'How well the medians are known',
    caption: `Median with its 95 % interval and the units that it counts (one median each, Student’s t on logarithms; values: order statistics), p99 with its interval from order statistics, and the boots that 1 % to either side would need.`,
    columns: [
      ...NAME,
      ...[
        'boots',
        'batches',
        `${per}s`,
        'median',
        '95 %',
        'by',
        'p99',
        '95 %',
        'boots for 1 %',
      ].map(right),
    ],
    rows: diagnoses.map((entry) => {
      const { units, p50, interval95, basis, quantiles, bootsNeeded } = entry;
      const p99 = quantiles.find(({ p }) => p === 0.99);
      return [
        ...nameOf(entry),
        ...[units.boot, units.batch, units.page, p50].map((value) => formatNumber(value)),
        formatInterval(interval95),
        basisText(basis),
        formatNumber(p99?.value ?? Number.NaN),
        formatInterval(p99?.interval95 ?? null),
        bootsNeeded === null ? 'not known' : formatNumber(bootsNeeded),
      ];
    }),
  };
}

/** Which level of repetition the spread comes from. */
export function varianceTable(diagnoses: readonly NamedDiagnosis[], per = 'page'): Table {
  const levels = ['run', 'boot', 'domain', 'block', 'batch', 'page'] as const;
  return {
    id: 'variance',
    title: 'Where the spread comes from',
    caption: `Part of the variance of a ${per}’s cost that each level of repetition adds. A dash: this level was not repeated, so what it adds is not known.`,
    columns: [...NAME, ...levels.map((level) => right(level === 'page' ? per : level))],
    rows: diagnoses.map((entry) => [
      ...nameOf(entry),
      ...levels.map((level) =>
        percent(entry.components.find((part) => part.level === level)?.share ?? null),
      ),
    ]),
  };
}

/** What stands out, and whether the order of measurement shows. */
export function outlierTable(diagnoses: readonly NamedDiagnosis[], per = 'page'): Table {
  return {
    id: 'outliers',
    title: 'Outliers and order',
    caption: `${per[0]?.toUpperCase()}${per.slice(1)}s beyond Tukey’s fences (1.5 and 3 interquartile ranges); all of them count. r₁: correlation of a ${per} with the next. Drift: median of the last third over that of the first, with the p of the Cox-Stuart test for a trend.`,
    columns: [
      ...NAME,
      ...['far low', 'low', 'inside', 'high', 'far high', 'r₁', 'drift', 'p'].map(right),
    ],
    rows: diagnoses.map((entry) => {
      const { outliers, drift, autocorrelation } = entry;
      const { farLow, low, inside, high, farHigh } = outliers;
      return [
        ...nameOf(entry),
        ...[farLow, low, inside, high, farHigh].map((count) => formatNumber(count)),
        fixed(autocorrelation, 2),
        drift.lastToFirst === null ? '–' : drift.lastToFirst.toFixed(4),
        drift.p < 0.001 ? '< 0.001' : drift.p.toFixed(3),
      ];
    }),
  };
}

/** How well the median is known that is known least. */
function leastKnown(diagnoses: readonly NamedDiagnosis[]): string {
  if (diagnoses.length === 0) return 'There are no samples.';
  const part = ({ p50, interval95 }: NamedDiagnosis) => {
    const [low, high] = interval95 ?? [p50, p50];
    return p50 > 0 ? Math.max(p50 - low, high - p50) / p50 : 0;
  };
  const [worst] = diagnoses
    .filter(({ interval95 }) => interval95 !== null)
    .sort((a, b) => part(b) - part(a));
  if (worst === undefined) return `${diagnoses.length} medians, none with an interval.`;
  return `${diagnoses.length} medians; the least known, of ${nameOf(worst).join(' ')}, within ${formatNumber(part(worst) * 100, 2)} % (95 %).`;
}

const CAUTIONS: Readonly<Record<NonNullable<IntervalBasis['caution']>, string>> = {
  drifts:
    'drifts from its beginning to its end: it was cut in two, and its interval holds for a drift that stays within it',
  short:
    'is alike over so long that not even its halves are independent: its interval may be too narrow',
  correlated:
    'is too short to be cut into stretches, and each value is like the one before it: its interval is too narrow',
};

/** What each interval counts and leaves out, and what was done about series whose neighbours are alike. */
export function intervalNotes(diagnoses: readonly NamedDiagnosis[]): string[] {
  const names = (some: readonly NamedDiagnosis[]) =>
    some.map((entry) => nameOf(entry).join(' ')).join(', ');
  const having = (is: (basis: IntervalBasis) => boolean) =>
    diagnoses.filter(({ basis }) => is(basis));
  const inside = having((basis) => leftOut(basis) !== undefined);
  const cut = having(({ level }) => level === 'stretch');
  const reasons = [...new Set(diagnoses.flatMap(({ basis }) => basis.reason ?? []))];
  return [
    ...(inside.length === 0
      ? []
      : [
          'Measured in one boot: how boots differ is in no interval of it. Measure several before believing a small difference.',
        ]),
    ...(cut.length === 0
      ? []
      : [
          `One batch, cut into stretches of at least ${TIMES} times the autocorrelation time, 2 to ${MOST_STRETCHES}, which count as units: ${names(cut)}.`,
        ]),
    ...Object.entries(CAUTIONS).flatMap(([caution, text]) => {
      const some = having((basis) => basis.caution === caution);
      return some.length === 0
        ? []
        : [
            `Warning: ${names(some)} ${text}. Repeat the measurement, and name the repeats as batches.`,
          ];
    }),
    ...reasons.map((reason) => {
      const some = having((basis) => basis.reason === reason);
      return `No interval of ${names(some)}: ${reason}.`;
    }),
  ];
}

/** The units of an interval, as in `3 blocks`. */
function basisText({ method, level, units }: IntervalBasis): string {
  if (method === 'none') return '–';
  const plural = level === 'batch' ? 'batches' : level === 'stretch' ? 'stretches' : `${level}s`;
  return `${formatNumber(units)} ${units === 1 ? level : plural}`;
}

/** All of it. @param per what one sample is about */
export function diagnosisBrief(
  id: string,
  diagnoses: readonly NamedDiagnosis[],
  per = 'page',
): Brief {
  const units = [...new Set(diagnoses.map(({ unit }) => unit))].join(', ');
  return {
    title: `Samples of ${id}, in ${units}`,
    answer: leastKnown(diagnoses),
    sentences: [],
    tables: [medianTable, varianceTable, outlierTable].map((table) => table(diagnoses, per)),
    notes: intervalNotes(diagnoses),
  };
}
