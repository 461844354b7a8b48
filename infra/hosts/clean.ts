/** Removes from a host what runs left there that ended badly: what their journals list. */
import { messageOf, UserError } from '../errors.ts';
import { quoteAll } from '../ssh/quote.ts';
import { mustRun } from '../xl/commands.ts';
import {
  FOLDER_PREFIX,
  type FoundJournal,
  Journal,
  type JournalRecord,
  journalsHere,
  parseJournal,
} from './journal.ts';
import { reach } from './reach.ts';
import { type HostSettings, placeOf } from './settings.ts';
import { type Commands, restartedSince, undoing, undoingOrder, undoJournal } from './undo.ts';

/** What came of it, a line each. */
export interface Cleaned {
  /** Removed; of a dry run the commands that would do it. */
  removed: string[];
  /** Could not be removed, and stays written down. */
  failed: string[];
  /** Not touched, with the reason. */
  left: string[];
}

/** What is cleaned, and how. */
export interface CleanOptions {
  /** Only tells what would be done. */
  dryRun: boolean;
  /** Id of a journal of a machine that is gone: is undone, and no other. */
  journal?: string | undefined;
  signal?: AbortSignal;
}

/**
 * Cleans a host. Runs that go on are left alone.
 * @throws UserError when the host cannot be reached, or there is no journal of that id to undo
 */
export async function cleanHost(settings: HostSettings, options: CleanOptions): Promise<Cleaned> {
  const { host, close } = await reach(settings.reach, options.signal);
  const cleaned: Cleaned = { removed: [], failed: [], left: [] };
  try {
    const { journals: all, unreadable } = await journalsHere();
    const there = await journalsOn(host, settings.folder);
    if (options.journal !== undefined) {
      const record = chosen(options.journal, all, there.records, settings.name);
      await clean(host, record, options.dryRun, cleaned);
      return cleaned;
    }
    const place = placeOf(settings.reach);
    const unknown = (record: JournalRecord) =>
      cleaned.left.push(
        `${nameOf(record)}: only ${record.machine} knows whether its run goes on. When it does not: clean --testbed ${settings.name} --journal ${record.id}`,
      );
    for (const { record, running } of all.filter(({ record }) => record.place === place)) {
      if (running === 'unknown') unknown(record);
      else if (running) cleaned.left.push(`${nameOf(record)}: its run goes on`);
      else await clean(host, record, options.dryRun, cleaned);
    }
    for (const record of there.records) {
      const known = all.find((found) => found.record.id === record.id);
      if (known?.record.place === place) continue;
      if (known?.running === true) cleaned.left.push(`${nameOf(record)}: its run goes on`);
      else unknown(record);
    }
    cleaned.left.push(...unreadable, ...there.unreadable);
    return cleaned;
  } finally {
    await close();
  }
}

/** The journal of an id. @throws UserError when its run goes on, or there is none */
function chosen(
  id: string,
  here: readonly FoundJournal[],
  there: readonly JournalRecord[],
  host: string,
): JournalRecord {
  const known = here.find(({ record }) => record.id === id);
  if (known?.running === true) {
    throw new UserError(`${nameOf(known.record)}: its run goes on`, {
      kind: 'usage',
      advice: 'end it, with Ctrl-C: it takes down what it made',
    });
  }
  const record = known?.record ?? there.find((other) => other.id === id);
  if (record !== undefined) return record;
  throw new UserError(`there is no journal ${id}, neither here nor on ${host}`, {
    kind: 'usage',
    advice: `tinyvmi-bench clean --testbed ${host} --dry-run lists those that there are`,
  });
}

function nameOf({ id, machine, since, owner }: JournalRecord): string {
  return `journal ${id} (process ${owner.pid} of ${machine}, ${since})`;
}

function restartOf(record: JournalRecord): string {
  return `${nameOf(record)}: the host was restarted since, which ended its domains; settings and policy are those that it was started with`;
}

async function clean(
  host: Commands,
  record: JournalRecord,
  dryRun: boolean,
  cleaned: Cleaned,
): Promise<void> {
  if (!dryRun) {
    const { removed, restarted, failed } = await undoJournal(host, new Journal(record));
    cleaned.removed.push(...removed);
    cleaned.failed.push(...failed);
    if (restarted) cleaned.left.push(restartOf(record));
    return;
  }
  const restarted = await restartedSince(host, record.boot);
  if (restarted) cleaned.left.push(restartOf(record));
  for (const entry of undoingOrder(record.entries)) {
    try {
      const step = await undoing(host, entry, { id: record.id, restarted });
      if (step !== undefined) cleaned.removed.push(quoteAll(step.argv));
    } catch (error) {
      cleaned.failed.push(messageOf(error));
    }
  }
}

/**
 * Journals in our folders on a host, by their paths. Only of folders that are our user's: where everybody
 * may make folders, a journal could be anybody's.
 */
const FIND_JOURNALS = `
for folder in "$1"*; do
	[ -d "$folder" ] && [ ! -L "$folder" ] && [ -O "$folder" ] || continue
	[ -f "$folder/journal" ] && [ ! -L "$folder/journal" ] && echo "$folder/journal"
done
:
`;

/** Journals in our folders on a host, and files that should be some, with what is wrong with them. */
async function journalsOn(
  host: Commands,
  folder: string,
): Promise<{ records: JournalRecord[]; unreadable: string[] }> {
  const prefix = `${folder}/${FOLDER_PREFIX}`;
  const argv = ['sh', '-c', FIND_JOURNALS, 'sh', prefix];
  const { stdout } = await mustRun(host, `look for journals in ${folder}`, argv);
  const records: JournalRecord[] = [];
  const unreadable: string[] = [];
  for (const path of stdout.split('\n').filter((line) => line !== '')) {
    const { exitCode, stdout: text, stderr } = await host.run(['cat', path]);
    const record =
      exitCode === 0
        ? parseJournal(text, path.slice(prefix.length, -'/journal'.length))
        : stderr.trim();
    if (typeof record === 'string') unreadable.push(`${path}: ${record}`);
    else records.push(record);
  }
  return { records, unreadable };
}
