/**
 * How often the suite's intervals cover, as a table.
 */
import type { Coverage } from '../../harness/calibrate/coverage.ts';
import { type Brief, left, right } from './brief.ts';
import { formatNumber } from './format.ts';

/** Least and greatest part of 95 % intervals that is aimed at. */
export const AIM = [0.93, 0.98] as const;

const percent = (part: number) => (part * 100).toFixed(1);

/** Designs whose coverage is below what is aimed at, chance allowed for. */
export function tooNarrow(rows: readonly Coverage[]): Coverage[] {
  return rows.filter(({ rate95 }) => rate95[1] < AIM[0]);
}

/** The table, and what it comes to. */
export function calibrationBrief(rows: readonly Coverage[], command: string): Brief {
  const narrow = tooNarrow(rows);
  const wide = rows.filter(({ rate95 }) => rate95[0] > AIM[1]);
  const rates = rows.map(({ rate }) => rate);
  const names = (some: readonly Coverage[]) =>
    some.map(({ what, name }) => `${what}, ${name}`).join('; ');
  const [least, most] = [Math.min(...rates), Math.max(...rates)].map(percent);
  return {
    title: 'Calibration of the intervals',
    answer: `${rows.length} designs: 95 % intervals cover ${least} to ${most} % of the time; ${narrow.length} below ${AIM[0] * 100} %.`,
    sentences: [],
    tables: [
      {
        id: 'coverage',
        title: 'Coverage',
        caption: `Made-up experiments of known truth, ${formatNumber(rows[0]?.experiments ?? 0)} of each design. Covers: part of the nominal 95 % intervals that hold the truth, with its Clopper-Pearson 95 % interval. Below, above: intervals that the truth lies below and above. Width: upper over lower end, median.`,
        columns: [
          ...['interval', 'design'].map(left),
          ...['covers, %', '95 %', 'below', 'above', 'called different, %', 'width'].map(right),
        ],
        rows: rows.map(({ what, name, rate, rate95, below, above, wrong, width }) => [
          what,
          name,
          percent(rate),
          rate95.map(percent).join('–'),
          formatNumber(below),
          formatNumber(above),
          percent(wrong),
          width.toFixed(3),
        ]),
      },
    ],
    notes: [
      'Called different: verdicts faster or slower, or an interval beside the truth, at a margin of 0. What a margin leaves of them is less.',
      ...(narrow.length === 0 ? [] : [`Too narrow: ${names(narrow)}.`]),
      ...(wide.length === 0
        ? []
        : [
            `Wider than needed: ${names(wide)}. Values that lie on steps are known to half a step; a drift that both sides share is in how their blocks differ.`,
          ]),
      `Made by: ${command}`,
    ],
  };
}
