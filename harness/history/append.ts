/**
 * Adding a run to a history: what stands in the way, what the run begins, and who wants it so.
 */
import { UserError } from '../../infra/errors.ts';
import { appendHistory } from '../../results/history/store.ts';
import type { Acceptance, HistoryEntry } from '../../results/history/types.ts';
import { changeOfSegment, objectionTo, segmentsOf } from './segments.ts';

/** What `--accept` says, with its date. @throws UserError of kind usage for words that are none */
export function acceptanceOf(why: string | undefined, at: Date): Acceptance | undefined {
  if (why === undefined) return undefined;
  const text = why.trim().replace(/\s+/g, ' ');
  if (/\p{L}{2}/u.test(text)) return { why: text, at: at.toISOString() };
  throw new UserError(`--accept "${why}": not a reason.`, {
    kind: 'usage',
    advice: 'Say why the change is wanted: --accept "checks every entry twice"',
  });
}

/** What began with an entry that belongs to no segment before, in words; null where nothing did. */
export function beginningOf(entry: HistoryEntry, before: readonly HistoryEntry[]): string | null {
  const newest = before.at(-1);
  if (newest === undefined || segmentsOf(before).length === segmentsOf([...before, entry]).length) {
    return null;
  }
  return changeOfSegment(newest.identity, entry.identity);
}

/**
 * Appends an entry.
 * @throws UserError for a run that the history cannot hold (`objectionTo`), or a file that cannot be written
 */
export async function appendOrExplain(
  path: string,
  entry: HistoryEntry,
): Promise<{ appended: boolean; begins: string | null }> {
  let begins: string | null = null;
  const appended = await appendHistory(path, entry, ({ entries }) => {
    begins = beginningOf(entry, entries);
    return objectionTo(entry, entries);
  });
  return { appended, begins };
}
