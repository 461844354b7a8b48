/** Undoes what a journal lists, and nothing else. */
import { basename } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Host } from '../testbed.ts';
import { mustRun } from '../xl/commands.ts';
import { NAME_PREFIX } from '../xl/config.ts';
import { consoleLock } from '../xl/console-client.ts';
import { consoleLog, deviceModelLog } from '../xl/domain.ts';
import { listDomains } from '../xl/list.ts';
import { type Entry, FOLDER_PREFIX, type Journal } from './journal.ts';
import { loading } from './policy.ts';
import { complains, isSound, setting, settingText } from './setting.ts';

/** Where a host is asked and told. */
export type Commands = Pick<Host, 'run' | 'spawn'>;

/** A command that undoes an entry. */
export interface Undoing {
  what: string;
  argv: readonly string[];
  /** Whether the command tells of a failure on standard error alone. */
  complains?: boolean;
}

/**
 * Ends the processes that run programs of a folder ($1), and removes it. An introspector whose
 * connection was lost ends by itself when it next writes; this is for one that waits. We make no
 * folders in it, and remove none: whatever else somebody put or mounted there stays, and is told of.
 */
const REMOVE_FOLDER = `
for process in /proc/[0-9]*; do
	case $(readlink "$process/exe") in
	"$1"/*) kill -KILL "\${process#/proc/}" ;;
	esac
done
rm -f "$1"/* && exec rmdir "$1"
`;

/**
 * How to undo an entry now. Things are recognised by more than a name: domains by their UUID.
 * @returns undefined when what it lists is not there (any more)
 * @throws UserError when the host does not tell
 */
export async function undoing(host: Commands, entry: Entry): Promise<Undoing | undefined> {
  switch (entry.kind) {
    case 'domain': {
      const found = (await listDomains(host)).find(({ uuid }) => uuid === entry.uuid);
      if (found === undefined) return undefined;
      const what = `the domain ${found.name} (id ${found.domid}, ${entry.uuid})`;
      return { what, argv: ['xl', 'destroy', String(found.domid)] };
    }
    case 'pause': {
      const found = (await listDomains(host)).find(({ uuid }) => uuid === entry.uuid);
      if (found?.state !== 'paused') return undefined;
      const what = `the pause of ${found.name} (id ${found.domid}, ${entry.uuid})`;
      return { what, argv: ['xl', 'unpause', String(found.domid)] };
    }
    case 'file':
      demandOurs(entry.path, isOurFile(entry.path));
      if (!(await isThere(host, entry.path))) return undefined;
      return { what: `the file ${entry.path}`, argv: ['rm', '-f', entry.path] };
    case 'folder':
      demandOurs(entry.path, basename(entry.path).startsWith(FOLDER_PREFIX));
      if (!(await isThere(host, entry.path))) return undefined;
      return {
        what: `the folder ${entry.path}`,
        argv: ['sh', '-c', REMOVE_FOLDER, 'sh', entry.path],
      };
    case 'policy':
      return {
        what: `the FLASK policy of tinyvmi-bench: ${entry.restore} is loaded again`,
        argv: loading(entry.restore),
      };
    case 'setting':
      if (!isSound(entry.before)) throw new Error('a journal lists a setting that is none');
      return {
        what: `a setting of tinyvmi-bench: ${settingText(entry.before)} again`,
        argv: setting(entry.before),
        complains: complains(entry.before),
      };
  }
}

/** A log of a domain of ours, or the lock of a client of its console. */
function isOurFile(path: string): boolean {
  const logs = [consoleLog, deviceModelLog].map((log) => log(NAME_PREFIX).replace(/\.log$/, ''));
  const [, domid] = /\.(\d+)$/.exec(path) ?? [];
  return (
    logs.some((log) => path.startsWith(log)) ||
    (domid !== undefined && path === consoleLock(Number(domid)))
  );
}

/** A journal on a host can be written by others: what it says to remove must be ours by its name too. */
function demandOurs(path: string, ours: boolean): void {
  if (!ours || path.split('/').includes('..')) {
    throw new Error(`a journal lists ${path}, which this program does not make`);
  }
}

async function isThere(host: Commands, path: string): Promise<boolean> {
  const { exitCode } = await host.run(['test', '-e', path]);
  return exitCode === 0;
}

/** What became of a journal. */
export interface Undone {
  removed: string[];
  /** What could not be removed; it stays in the journal. */
  failed: string[];
}

/** Undoes a journal's entries, last first, and strikes out what is gone. One failure stops none. */
export async function undoJournal(host: Commands, journal: Journal): Promise<Undone> {
  const removed: string[] = [];
  const failed: string[] = [];
  for (const entry of [...journal.entries].reverse()) {
    try {
      const step = await undoing(host, entry);
      if (step !== undefined) {
        const { stderr } = await mustRun(host, `remove ${step.what}`, step.argv);
        if (step.complains && stderr.trim() !== '') throw new Error(stderr.trim());
        removed.push(step.what);
      }
      if (entry.kind === 'folder') journal.unmirror();
      await journal.strike(entry);
    } catch (error) {
      failed.push(messageOf(error));
    }
  }
  return { removed, failed };
}
