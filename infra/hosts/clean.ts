/** Removes from a host what runs left there that ended badly: what their journals list. */
import { messageOf } from '../errors.ts';
import { quoteAll } from '../ssh/quote.ts';
import { FOLDER_PREFIX, Journal, type JournalRecord, journalsOf, parseJournal } from './journal.ts';
import { reach } from './reach.ts';
import { type HostSettings, placeOf } from './settings.ts';
import {
  type Commands,
  isUndoneByRestart,
  restartedSince,
  undoing,
  undoingOrder,
  undoJournal,
} from './undo.ts';

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
  /** Id of a journal that only the host has, of a machine that is gone: is undone too. */
  journal?: string | undefined;
  signal?: AbortSignal;
}

/**
 * Cleans a host. Runs that go on are left alone.
 * @throws UserError when the host cannot be reached
 */
export async function cleanHost(settings: HostSettings, options: CleanOptions): Promise<Cleaned> {
  const { host, close } = await reach(settings.reach, options.signal);
  const cleaned: Cleaned = { removed: [], failed: [], left: [] };
  try {
    const here = await journalsOf(placeOf(settings.reach));
    for (const { record, running } of here) {
      if (running) cleaned.left.push(`${nameOf(record)}: its run goes on`);
      else await clean(host, record, options.dryRun, cleaned);
    }
    const known = new Set(here.map(({ record }) => record.id));
    for (const record of await journalsOn(host, settings.folder)) {
      if (known.has(record.id)) continue;
      if (record.id === options.journal) await clean(host, record, options.dryRun, cleaned);
      else {
        cleaned.left.push(
          `${nameOf(record)}: only ${record.machine} knows whether its run goes on. When it does not: clean --testbed ${settings.name} --journal ${record.id}`,
        );
      }
    }
    return cleaned;
  } finally {
    await close();
  }
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
    if (restarted && isUndoneByRestart(entry)) continue;
    try {
      const step = await undoing(host, entry);
      if (step !== undefined) cleaned.removed.push(quoteAll(step.argv));
    } catch (error) {
      cleaned.failed.push(messageOf(error));
    }
  }
}

/** Journals in our folders on a host. */
async function journalsOn(host: Commands, folder: string): Promise<JournalRecord[]> {
  const pattern = `${folder}/${FOLDER_PREFIX}`;
  const script = 'for path in "$1"*/journal; do [ -f "$path" ] && echo "$path"; done; :';
  const { stdout } = await host.run(['sh', '-c', script, 'sh', pattern]);
  const records: JournalRecord[] = [];
  for (const path of stdout.split('\n').filter((line) => line !== '')) {
    const record = parseJournal((await host.run(['cat', path])).stdout);
    if (record !== undefined) records.push(record);
  }
  return records;
}
