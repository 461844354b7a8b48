/**
 * Models of reports about several results.
 */
import { UserError } from '../../../infra/errors.ts';
import {
  answerOfComparison,
  answerOfHistory,
  answerOfRuns,
} from '../../../reports/model/answer/sets.ts';
import type { Brief } from '../../../reports/model/brief.ts';
import { comparisonBrief } from '../../../reports/model/comparison.ts';
import { ratioFigures } from '../../../reports/model/ratios.ts';
import { medianRows, plainReport, trendFigures } from '../../../reports/model/sets.ts';
import { historyBrief } from '../../../reports/model/trend.ts';
import type { Fact, ReportModel } from '../../../reports/model/types.ts';
import { readHistory } from '../../../results/history/store.ts';
import type { Measured } from '../../../results/measured.ts';
import { type Comparison, compareSets } from '../../compare/compare.ts';
import { differences } from '../../compare/match.ts';
import { entryOf } from '../../history/entry.ts';
import { trendsBySegment, trendsOf } from '../../history/trends.ts';

function newest(results: readonly Measured[]): string {
  return results
    .map(({ startedAt }) => startedAt)
    .sort()
    .at(-1) as string;
}

/** What each result is, by its name. */
function factsOf(results: readonly Measured[], set: string): Fact[] {
  return results.map(({ id, startedAt, commit, digest }) => ({
    label: `${set}${id}`,
    value: `${startedAt}, ${commit === null ? 'no commit' : `commit ${commit.slice(0, 12)}`}, sha256 ${digest}`,
  }));
}

/** What is not the same in all results: side by side is no comparison. */
function differenceNotes(results: readonly Measured[]): string[] {
  const [first, ...others] = results;
  if (first === undefined) return [];
  const found = others.flatMap(({ id, identity }) =>
    differences(first.identity, identity).map(
      ({ key, a, b }) => `${key}: ${a} in ${first.id}, ${b} in ${id}`,
    ),
  );
  if (found.length === 0) return [];
  return [`These results do not match, and are shown, not compared. ${found.join('; ')}.`];
}

/** Several results side by side. */
export function runsReport(results: readonly Measured[]): ReportModel {
  const trends = trendsOf(results.map((result) => entryOf(result)));
  const ids = results.map(({ id }) => id);
  const brief: Brief = {
    title: `${results.length} results side by side`,
    sentences: [],
    tables: [medianRows(trends)],
    notes: differenceNotes(results),
  };
  const figures = trendFigures(trends, false);
  const about = { results: ids, date: newest(results), facts: factsOf(results, ''), figures };
  const answer = answerOfRuns('What did each of these results measure?', trends, {
    results: results.length,
    notes: brief.notes,
  });
  return plainReport('runs', { ...about, answer }, brief);
}

/**
 * A comparison of two sets, with a plot of its ratios. Medians of each result stand besides, unless one
 * result is on both sides: then two of its arms may go by one name (harness/compare/arms.ts).
 */
export function comparedReport(
  a: readonly Measured[],
  b: readonly Measured[],
  comparison: Comparison,
): ReportModel {
  const brief = comparisonBrief(comparison);
  const all = [...a, ...b];
  const unique = all.filter(({ id }, index) => all.findIndex((one) => one.id === id) === index);
  const apart = unique.length === all.length ? unique : [];
  const trends = trendsOf(apart.map((result) => entryOf(result)));
  return plainReport(
    'comparison',
    {
      results: unique.map(({ id }) => id),
      date: newest(all),
      facts: [...factsOf(a, 'A: '), ...factsOf(b, 'B: ')],
      figures: [...ratioFigures(comparison.rows), ...trendFigures(trends, false)],
      answer: answerOfComparison(
        'Is B faster, slower or equivalent to A, by more than the margin?',
        comparison,
      ),
    },
    { ...brief, title: 'Comparison of B with A', tables: [...brief.tables, medianRows(trends)] },
  );
}

/**
 * Two sets: compared, or side by side when they do not match, with the reason.
 * @throws UserError for results that cannot even be read
 */
export function comparisonReport(a: readonly Measured[], b: readonly Measured[]): ReportModel {
  let comparison: Comparison;
  try {
    comparison = compareSets(a, b, { ignore: [] });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return runsReport([...a, ...b]);
  }
  return comparedReport(a, b, comparison);
}

/** A history. @throws UserError when it holds no run */
export async function historyReport(path: string): Promise<ReportModel> {
  const { entries, broken, mended } = await readHistory(path);
  const last = entries.at(-1);
  if (last === undefined) {
    throw new UserError(`${path} holds no run.`, {
      advice: 'Begin one: tinyvmi-bench history append <run>',
    });
  }
  const trends = trendsBySegment(entries);
  return plainReport(
    'history',
    {
      results: entries.map(({ id }) => id),
      date: last.startedAt,
      figures: trendFigures(trends, true),
      answer: answerOfHistory('Where did a figure change its level?', entries.length, trends),
    },
    historyBrief(path, entries, trends, { broken, mended }),
  );
}
