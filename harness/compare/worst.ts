/**
 * The greatest changes of a comparison, each with its size: a headline names these, not all.
 */
import { armLabel, formatChange, formatNumber } from '../../reports/model/format.ts';
import type { ComparedRow } from './compare.ts';

/** Rows that a headline names. */
const MOST_NAMED = 3;

/** How far a row is from no change, on the scale of ratios; what has no ratio is the farthest. */
function sizeOf({ ratio }: ComparedRow): number {
  return ratio === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio));
}

/** Rows from the greatest change to the least. */
export function byChange(rows: readonly ComparedRow[]): ComparedRow[] {
  return [...rows].sort((x, y) => sizeOf(y) - sizeOf(x) || 0);
}

/** What a row is about. */
export function nameOfRow({
  benchmark,
  arm,
  state,
}: Pick<ComparedRow, 'benchmark' | 'arm' | 'state'>): string {
  return `${benchmark} ${armLabel(arm)} ${state}`;
}

/** A row's change, with its interval where that is wanted and known. */
export function changeOf({ ratio, interval95, a, b }: ComparedRow, withInterval: boolean): string {
  if (ratio === null) return `${formatNumber(a.p50)} to ${formatNumber(b.p50)}`;
  const interval =
    withInterval && interval95 !== null
      ? ` (95 %: ${interval95.map(formatChange).join(' to ')})`
      : '';
  return `${formatChange(ratio)}${interval}`;
}

function listed(names: readonly string[], most: number): string {
  const left = names.length - most;
  return left > 0
    ? `${names.slice(0, most).join(', ')} and ${formatNumber(left)} more`
    : names.join(', ');
}

/**
 * The greatest changes by name and size, the first with its interval, and how many more there are.
 * @param most rows that are named
 */
export function worstOf(rows: readonly ComparedRow[], most = MOST_NAMED): string {
  const names = byChange(rows).map(
    (row, place) => `${nameOfRow(row)} ${changeOf(row, place === 0)}`,
  );
  return listed(names, most);
}

/** Names of rows, and how many more there are. */
export function namesOf(
  rows: readonly Pick<ComparedRow, 'benchmark' | 'arm' | 'state'>[],
  most = MOST_NAMED,
): string {
  return listed(rows.map(nameOfRow), most);
}
