/**
 * A history on disk: JSON Lines, one run a line, appended under a lock and never rewritten, so that
 * it can be committed and merged.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lock } from '../../infra/cache/lock.ts';
import { UserError } from '../../infra/errors.ts';
import { makeFolder } from '../../infra/files/make-folder.ts';
import { holdSignals } from '../../infra/process/hold-signals.ts';
import type { Identity } from '../identity.ts';
import { checkHistoryEntry } from '../schema/validate.ts';
import { isOfMachine, unitChecker } from './keys.ts';
import type { HistoryEntry } from './types.ts';

/** A line that could not be read. */
export interface BrokenLine {
  /** From 1. */
  line: number;
  why: string;
}

/** A history as it was read. */
export interface History {
  path: string;
  /** Each run once, in the order of time. */
  entries: HistoryEntry[];
  broken: BrokenLine[];
  /** What was mended while it was read, in sentences: lines that are out of order. */
  mended: string[];
}

/**
 * Where the history of results with this identity is kept when nothing else is said: a file for each
 * testbed, clock and choice of options, whatever its packages are.
 */
export function historyPath(folder: string, identity: Identity): string {
  const sorted = Object.entries(identity)
    .filter(([key]) => !isOfMachine(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8);
  return join(folder, `${identity.testbed ?? 'unknown'}-${digest}.jsonl`);
}

function entryOf(text: string): HistoryEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const checked = checkHistoryEntry(value);
  if (!checked.ok) return `no entry of a history: ${checked.reasons[0]}`;
  const { startedAt } = checked.value;
  return Number.isNaN(Date.parse(startedAt))
    ? `no entry of a history: "${startedAt}" is no date`
    : checked.value;
}

/** The figures of a run as text: what two lines of one run have in common. */
function figuresOf({ manifest, measures }: HistoryEntry): string {
  return JSON.stringify([manifest, measures]);
}

/**
 * What takes the lines of a history one by one: a run that is there already is there once, accepted
 * if either line is. It gives the reason why a line is left out.
 */
function collector(entries: HistoryEntry[]): (entry: HistoryEntry) => string | undefined {
  const places = new Map<string, number>();
  const unitIn = unitChecker();
  return (entry) => {
    const place = places.get(entry.id);
    if (place === undefined) {
      const why = unitIn(entry);
      if (why !== undefined) return why;
      places.set(entry.id, entries.length);
      entries.push(entry);
      return undefined;
    }
    const known = entries[place] as HistoryEntry;
    if (figuresOf(known) !== figuresOf(entry)) return `another run of the name ${entry.id}`;
    entries[place] = { ...known, ...entry };
    return undefined;
  };
}

/** Puts the runs in the order of time, and names those that are not. */
function inOrder(history: History): History {
  const time = ({ startedAt }: HistoryEntry) => Date.parse(startedAt);
  const { entries } = history;
  const early = entries.filter(
    (entry, i) => i > 0 && time(entry) < time(entries[i - 1] as HistoryEntry),
  );
  if (early.length === 0) return history;
  return {
    ...history,
    entries: [...entries].sort((a, b) => time(a) - time(b)),
    mended: [
      `${early.map(({ id }) => id).join(', ')} ${early.length === 1 ? 'stands' : 'stand'} after a run that began later: the runs are taken in the order of time.`,
    ],
  };
}

/**
 * Reads a history. Broken lines are named, and the rest is kept.
 * @throws UserError when there is no such file
 */
export async function readHistory(path: string): Promise<History> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError(`Cannot read the history ${path}: ${(error as Error).message}`, {
      advice: 'Begin one: tinyvmi-bench history append <run>',
      cause: error,
    });
  }
  const history: History = { path, entries: [], broken: [], mended: [] };
  const keep = collector(history.entries);
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = entryOf(line);
    const why = typeof entry === 'string' ? entry : keep(entry);
    if (why !== undefined) history.broken.push({ line: index + 1, why });
  }
  return inOrder(history);
}

/** @throws UserError for a file that holds something, and nothing of a history */
function demandHistory({ path, entries, broken: [first] }: History): void {
  if (entries.length > 0 || first === undefined) return;
  throw new UserError(`${path} is no history: line ${first.line} is ${first.why}.`, {
    advice: 'Nothing was written to it. Give a history, or a file that is not there yet.',
  });
}

/** What stands in the way of an entry, or undefined. */
export type Objection = (history: History) => string | undefined;

/** A line at the end of a file, whole or not at all. @throws Error of the file system */
async function appendLine(path: string, text: string): Promise<void> {
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1, '\n');
    if (size > 0) await file.read(last, 0, 1, size - 1);
    // A writer that was killed may have left half a line: it stays broken, and ends here.
    const begin = last.toString() === '\n' ? '' : '\n';
    try {
      await file.appendFile(`${begin}${text}\n`);
      await file.sync();
    } catch (error) {
      await file.truncate(size);
      throw error;
    }
  } catch (cause) {
    throw cannotWrite(path, cause);
  } finally {
    await file.close();
  }
}

function cannotWrite(path: string, cause: unknown): UserError {
  return new UserError(`Cannot write the history ${path}: ${(cause as Error).message}`, {
    advice: 'Give another file with --file.',
    cause,
  });
}

/** The lock of a history, in a folder that is made when there is none. */
async function heldFile(path: string) {
  const info = await stat(path).catch(() => undefined);
  if (info !== undefined && !info.isFile()) {
    throw new UserError(`${path} is no history: it is no file.`, {
      advice: 'Give a history, or a file that is not there yet, with --file.',
    });
  }
  try {
    await makeFolder(dirname(path));
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  return lock(path).catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
}

/**
 * Appends an entry, unless the run is in the history already; one that is accepted now is appended
 * again, since lines are never rewritten. Two writers at once take turns.
 * @param objection asked under the lock, with what is in the file by then
 * @returns whether it was appended
 * @throws UserError for an objection, or a file that cannot be written
 */
export async function appendHistory(
  path: string,
  entry: HistoryEntry,
  objection: Objection = () => undefined,
): Promise<boolean> {
  const isNew = (await stat(path).catch(() => undefined)) === undefined;
  const held = await heldFile(path);
  try {
    const history = await readHistory(path);
    const known = history.entries.find(({ id }) => id === entry.id);
    if (known !== undefined && (entry.accepted === undefined || known.accepted !== undefined))
      return false;
    demandHistory(history);
    const why = objection(history);
    if (why !== undefined) {
      throw new UserError(`${entry.id} was not appended to ${path}: ${why}.`, {
        advice: 'Keep it in a history of its own: --file <another file>',
      });
    }
    try {
      await holdSignals(() => appendLine(path, JSON.stringify(entry)));
    } catch (error) {
      // The lock made the file: without a line in it, it is none.
      if (isNew) await rm(path, { force: true });
      throw error;
    }
    return true;
  } finally {
    await held?.release();
  }
}
