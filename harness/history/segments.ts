/**
 * Which runs of a history can be compared: those of one segment, which share what they ran on and what
 * was asked. A package update or another machine begins a segment, and ends no history.
 */
import { isOfMachine, unitChecker } from '../../results/history/keys.ts';
import type { HistoryEntry } from '../../results/history/types.ts';
import type { Identity } from '../../results/identity.ts';
import { differences } from '../compare/match.ts';

/** Runs of one segment. */
export interface Segment {
  identity: Identity;
  entries: HistoryEntry[];
}

/** Whether runs of these identities are of one segment. */
export function isOneSegment(a: Identity, b: Identity): boolean {
  return differences(a, b).length === 0;
}

/** Whether figures of runs of these identities can be compared: what differs changes none. */
export function isComparable(a: Identity, b: Identity): boolean {
  return differences(a, b).every(({ update }) => update === true);
}

/** The change that begins a segment, in words. */
export function changeOfSegment(before: Identity, after: Identity): string {
  return differences(before, after)
    .map(({ key, a, b }) => `${key} is ${b}, ${a} before`)
    .join('; ');
}

/**
 * Why a run cannot be in a history, or undefined: another testbed or kind of clock, other options, or
 * another unit. Packages and machines may change.
 */
export function objectionTo(
  entry: HistoryEntry,
  entries: readonly HistoryEntry[],
): string | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  const other = differences(first.identity, entry.identity).find(({ key }) => !isOfMachine(key));
  if (other !== undefined) return `${other.key} is ${other.b}, and ${other.a} in the runs before`;
  const unitIn = unitChecker();
  return [...entries, entry].map(unitIn).at(-1);
}

/**
 * The segments of a history, in the order of their first runs. Runs of one may be apart in time. What the
 * runs of earlier versions do not tell of a segment, the others do.
 */
export function segmentsOf(entries: readonly HistoryEntry[]): Segment[] {
  const segments: Segment[] = [];
  const known = new Map<string, Segment>();
  for (const entry of entries) {
    const { identity } = entry;
    const text = JSON.stringify(identity);
    const own = known.get(text) ?? segments.find((one) => isOneSegment(one.identity, identity));
    const segment = own ?? { identity, entries: [] };
    if (own === undefined) segments.push(segment);
    known.set(text, segment);
    segment.identity = { ...identity, ...segment.identity };
    segment.entries.push(entry);
  }
  return segments;
}
