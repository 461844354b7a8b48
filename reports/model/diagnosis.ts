/**
 * What is known of the samples, as tables.
 */
import type { Diagnosis } from '../../harness/analyse/diagnose.ts';
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
    caption: `Median with its hierarchical bootstrap 95 % interval (runs, boots, domains, blocks, batches, ${per}s), p99 with its interval from order statistics, and the boots that 1 % to either side would need.`,
    columns: [
      ...NAME,
      ...['boots', 'batches', `${per}s`, 'median', '95 %', 'p99', '95 %', 'boots for 1 %'].map(
        right,
      ),
    ],
    rows: diagnoses.map((entry) => {
      const { units, p50, interval95, quantiles, bootsNeeded } = entry;
      const p99 = quantiles.find(({ p }) => p === 0.99);
      return [
        ...nameOf(entry),
        ...[units.boot, units.batch, units.page, p50].map((value) => formatNumber(value)),
        formatInterval(interval95),
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
  const part = ({ p50, interval95: [low, high] }: NamedDiagnosis) =>
    p50 > 0 ? Math.max(p50 - low, high - p50) / p50 : 0;
  const [worst] = [...diagnoses].sort((a, b) => part(b) - part(a));
  if (worst === undefined) return 'There are no samples.';
  return `${diagnoses.length} medians; the least known, of ${nameOf(worst).join(' ')}, within ${formatNumber(part(worst) * 100, 2)} % (95 %).`;
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
    notes: diagnoses.some(({ units: { boot } }) => boot === 1)
      ? [
          'With one boot, how boots differ is in no interval: measure several before believing a small difference.',
        ]
      : [],
  };
}
