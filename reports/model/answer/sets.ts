/**
 * Answers about several results, and about samples from elsewhere.
 */
import type { Caveat } from '../../../bench/answer.ts';
import type { ComparedRow, Comparison } from '../../../harness/compare/compare.ts';
import { BETTER, WORSE } from '../../../harness/compare/verdict.ts';
import { worstOf } from '../../../harness/compare/worst.ts';
import type { GateReport } from '../../../harness/gate/gate.ts';
import type { Trend } from '../../../harness/history/trends.ts';
import type { NamedDiagnosis } from '../diagnosis.ts';
import { armLabel, formatChange, formatNumber } from '../format.ts';
import type { Answer } from '../types.ts';
import { INSTRUCTIONS } from './caveats.ts';
import { answerFrom, type Said } from './compose.ts';
import { cut, lineOf } from './line.ts';
import { medianIntervalText, timesText } from './numbers.ts';

/** What counts instructions is about no time. */
function clockCaveats(units: readonly string[]): Caveat[] {
  return units.includes('instructions') ? [INSTRUCTIONS] : [];
}

function figures(count: number): string {
  return count === 1 ? 'one figure' : `${formatNumber(count)} figures`;
}

function comparisonCaveats({ rows }: Comparison): Caveat[] {
  const alone = rows.some(({ a, b }) => Math.min(a.boots, b.boots) === 1);
  return [
    ...(alone
      ? [
          {
            text: 'One boot to a side: how boots differ is not in these intervals.',
            short: 'One boot to a side.',
          },
        ]
      : []),
    ...clockCaveats(rows.map(({ unit }) => unit)),
  ];
}

/** What a comparison found, in a sentence with room for fewer and fewer names. */
function comparisonSaid({ rows, missing }: Comparison): string[] {
  const having = (verdicts: readonly string[]) =>
    rows.filter(({ verdict }) => verdicts.includes(verdict));
  const [worse, better] = [having(WORSE), having(BETTER)];
  const same = having(['same', 'equivalent']).length;
  const open = having(['inconclusive']).length;
  const lost = missing.length === 0 ? '' : `, ${missing.length} on one side only`;
  const rest = `${same} equivalent or the same, ${open} inconclusive${lost}`;
  const said = (word: string, found: readonly ComparedRow[], most: number) =>
    found.length === 0 ? [] : [`${word} in ${formatNumber(found.length)}: ${worstOf(found, most)}`];
  const head = `Of ${figures(rows.length)} B is`;
  if (worse.length + better.length === 0) {
    return [`B against A: of ${figures(rows.length)} none is worse or better: ${rest}.`];
  }
  const named = [3, 2, 1].map((most) =>
    [...said('worse', worse, most), ...said('better', better, most)].join('; '),
  );
  const [first, second] = [
    ...said('worse', worse, 1),
    ...(better.length === 0 ? [] : [`better in ${formatNumber(better.length)}`]),
  ];
  return [
    ...named.map((names) => `${head} ${names}; ${rest}.`),
    `${head} ${named.at(-1)}.`,
    `${head} ${[first, second].filter((part) => part !== undefined).join('; ')}.`,
  ];
}

/** The answer of a comparison. */
export function answerOfComparison(question: string, comparison: Comparison): Answer {
  return answerFrom(question, {
    sentences: comparisonSaid(comparison),
    caveats: comparisonCaveats(comparison),
    figures: [],
  });
}

/** The last line of a comparison on a terminal. */
export function comparisonLine(comparison: Comparison): string {
  return lineOf(comparisonSaid(comparison), comparisonCaveats(comparison));
}

/** The last line of a gate on a terminal. */
export function gateLine({ outcome, reason, first }: GateReport): string {
  const word = { pass: 'Gate passes', regression: 'Gate fails', unknown: 'Gate could not tell' };
  return lineOf([`${word[outcome]}: ${reason}`], comparisonCaveats(first).slice(0, 1));
}

function nameOf({ benchmark, arm, state }: Pick<Trend, 'benchmark' | 'arm' | 'state'>): string {
  return `${benchmark} ${armLabel(arm)} ${state}`;
}

/** How far the medians of a figure lie apart, as the greatest over the least; 1 where that is unknown. */
function spanOf({ points }: Trend): number {
  const medians = points.map(({ p50 }) => p50);
  const [least, most] = [Math.min(...medians), Math.max(...medians)];
  return least > 0 ? most / least : 1;
}

/** The answer about results side by side: where their medians lie farthest apart. */
export function answerOfRuns(
  question: string,
  trends: readonly Trend[],
  { results, notes }: { results: number; notes: readonly string[] },
): Answer {
  const [most] = trends
    .filter(({ points }) => points.length > 1)
    .sort((x, y) => spanOf(y) - spanOf(x));
  const head = `${formatNumber(results)} results side by side, ${figures(trends.length)}`;
  const said = (): string => {
    if (most === undefined) return `${head}: none is in two of them.`;
    const medians = most.points.map(({ p50 }) => p50);
    const range = [Math.min(...medians), Math.max(...medians)].map((value) => formatNumber(value));
    return `${head}: medians lie farthest apart in ${nameOf(most)}, from ${range.join(' to ')} ${most.unit} (${formatChange(spanOf(most))}).`;
  };
  return answerFrom(question, {
    sentences: [said(), `${head}.`],
    caveats: [
      notes[0] === undefined
        ? {
            text: 'Side by side is no comparison: no interval of a difference was estimated.',
            short: 'Not compared.',
          }
        : { text: notes.join(' '), short: 'They do not match.' },
      ...clockCaveats(trends.map(({ unit }) => unit)),
    ],
    figures: [],
  });
}

function historySaid(runs: number, trends: readonly Trend[]): string[] {
  const changed = trends.flatMap((trend) => trend.changes.map((change) => ({ trend, change })));
  const over = `over ${runs === 1 ? 'one run' : `${formatNumber(runs)} runs`}`;
  if (changed.length === 0) return [`None of ${figures(trends.length)} changed its level ${over}.`];
  const size = (ratio: number | null) =>
    ratio === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio));
  const [most] = [...changed].sort((x, y) => size(y.change.ratio) - size(x.change.ratio));
  const count = new Set(changed.map(({ trend }) => trend)).size;
  const { trend, change } = most as (typeof changed)[number];
  const by =
    change.ratio === null
      ? `${formatNumber(change.before)} to ${formatNumber(change.after)}`
      : formatChange(change.ratio);
  const lead = `Of ${figures(trends.length)} ${formatNumber(count)} changed ${count === 1 ? 'its' : 'their'} level ${over}`;
  return [`${lead}, most ${nameOf(trend)}: ${by} at ${change.id}.`, `${lead}.`];
}

function historyCaveats(trends: readonly Trend[]): Caveat[] {
  return [
    {
      text: 'A change of level is found by PELT over the medians; what lies within their noise is not found.',
      short: 'By PELT over medians.',
    },
    ...clockCaveats(trends.map(({ unit }) => unit)),
  ];
}

/** The answer of a history. */
export function answerOfHistory(question: string, runs: number, trends: readonly Trend[]): Answer {
  return answerFrom(question, {
    sentences: historySaid(runs, trends),
    caveats: historyCaveats(trends),
    figures: [],
  });
}

/** Characters of a name that somebody else gave. */
const MOST_OF_A_NAME = 24;

function foreign(name: string): string {
  return cut(armLabel(name), MOST_OF_A_NAME);
}

function importedSaid(diagnoses: readonly NamedDiagnosis[]): string[] {
  const [first] = diagnoses;
  if (first === undefined) return ['No answer: there are no samples.'];
  const inState = diagnoses.filter(
    ({ benchmark, state }) => benchmark === first.benchmark && state === first.state,
  );
  const ordered = [...inState].sort((x, y) => x.p50 - y.p50);
  const [least, most] = [ordered[0], ordered.at(-1)] as [NamedDiagnosis, NamedDiagnosis];
  const where = `in ${foreign(first.state)}`;
  const [lower, upper] = [least.interval95, most.interval95];
  if (least === most || lower === null || upper === null || !(lower[0] > 0)) {
    const { arm, p50, unit, interval95 } = first;
    return [
      `${foreign(arm)} takes ${formatNumber(p50, 2)} ${foreign(unit)} ${where} ${medianIntervalText(interval95, { exact: false, n: first.units.page })}.`,
    ];
  }
  // Bounds that hold whatever the two have to do with each other.
  const low = upper[0] / lower[1];
  const high = upper[1] / lower[0];
  const interval = `(95 %, of both medians: ${timesText(low, 2)}–${timesText(high, 2)})`;
  const lead = `${foreign(most.arm)} takes ${timesText(most.p50 / least.p50, 2)} times what ${foreign(least.arm)} takes ${where} ${interval}`;
  const between = inState.length - 2;
  return between > 0
    ? [`${lead}; ${formatNumber(between)} ${between === 1 ? 'lies' : 'lie'} between.`, `${lead}.`]
    : [`${lead}.`];
}

/** The answer of samples that somebody else measured. */
export function answerOfImported(question: string, diagnoses: readonly NamedDiagnosis[]): Answer {
  const said: Said = {
    sentences: importedSaid(diagnoses),
    caveats: [
      {
        text: 'These samples were measured elsewhere: no digest was checked and no refusal was proven for them.',
        short: 'Measured elsewhere.',
      },
    ],
    figures: [],
  };
  return answerFrom(question, said);
}
