/** Undoes what a journal lists, and nothing else. */
import { basename, dirname, isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Host } from '../testbed.ts';
import { mustRun } from '../xl/commands.ts';
import { NAME_PREFIX } from '../xl/config.ts';
import { consoleLock } from '../xl/console-client.ts';
import { STILL_PAUSED } from '../xl/control.ts';
import { consoleLog, deviceModelLog } from '../xl/domain.ts';
import { type ListedDomain, listDomains } from '../xl/list.ts';
import { takingEventsOff } from '../xl/toolstack.ts';
import { type Entry, FOLDER_PREFIX, faultOf, type Journal } from './journal.ts';
import { releasing } from './lock.ts';
import { loading } from './policy.ts';
import { complains, setting, settingText } from './setting.ts';

/** Where a host is asked and told. */
export type Commands = Pick<Host, 'run' | 'spawn'>;

/** A command that undoes an entry. */
export interface Undoing {
  what: string;
  argv: readonly string[];
  /** Whether the command tells of a failure on standard error alone. */
  complains?: boolean;
  /** Says what is left of it after the command; undefined: nothing. */
  left?: () => Promise<string | undefined>;
}

/**
 * Ends the processes that run programs of a folder ($1), and names them in $ended. An introspector whose
 * connection was lost ends by itself when it next writes; this is for one that waits.
 */
const END_PROGRAMS = `
ended=
real=$(readlink -f "$1")
for process in /proc/[0-9]*; do
	case $(readlink "$process/exe") in
	"$real"/*)
		kill -KILL "\${process#/proc/}"
		ended="$ended \${process#/proc/}"
		;;
	esac
done
`;

/** Goes on only where the folder is our user's, and no link: nobody else can have put there what it has. */
const IF_OURS = `
if [ -L "$1" ] || [ ! -O "$1" ]; then
	echo "$1 belongs to somebody else" >&2
	exit 1
fi
`;

/**
 * Does that, and removes the folder. We make no folders in it, and remove none: whatever else somebody
 * put or mounted there stays, and is told of.
 */
const REMOVE_FOLDER = `${IF_OURS}${END_PROGRAMS}
rm -f "$1"/* && exec rmdir "$1"
`;

/** Does that, waits until they are gone, and runs a program of the folder with its arguments ($2 and so on). */
const RUN_ALONE = `${IF_OURS}${END_PROGRAMS}
for process in $ended; do
	for look in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 "$process" 2>/dev/null || break
		sleep 0.2
	done
done
shift
exec "$@"
`;

/**
 * Entries in the order in which they are undone: last first, but a guest's events go when nothing of
 * ours listens any more.
 */
export function undoingOrder(entries: readonly Entry[]): Entry[] {
  const order = [...entries].reverse();
  const events = order.filter((entry) => entry?.kind === 'events');
  const others = order.filter((entry) => entry?.kind !== 'events');
  const domains = others.findLastIndex((entry) => entry?.kind === 'domain') + 1;
  return [...others.slice(0, domains), ...events, ...others.slice(domains)];
}

/** How to take events off a guest. @throws Error when it cannot be done, and has to be */
async function eventsOff(
  host: Commands,
  entry: Extract<Entry, { kind: 'events' }>,
  journal: string,
): Promise<Undoing | undefined> {
  const { uuid, type, of, program } = entry;
  const found = await domainOf(host, uuid);
  if (found === undefined) return undefined;
  const folder = dirname(program);
  demandOurs(program, isFolderOf(journal, folder));
  if (![type, of].every((word) => /^[a-z0-9-]+$/.test(word))) {
    throw new Error('a journal lists events that are none');
  }
  if (!(await isThere(host, program))) {
    throw new Error(
      `${found.name} (id ${found.domid}) may wait for answers to its ${of} events, and ${program}, which takes them off, is gone`,
    );
  }
  return {
    what: `what listened to ${of} events of ${found.name} (id ${found.domid}, ${uuid})`,
    argv: [
      ...['sh', '-c', RUN_ALONE, 'sh', folder],
      ...takingEventsOff(program, String(found.domid), type, of),
    ],
  };
}

/** The domain of a UUID; undefined when Xen says that there is none. */
async function domainOf(host: Commands, uuid: string): Promise<ListedDomain | undefined> {
  return (await listDomains(host)).find((domain) => domain.uuid === uuid);
}

/** How often it is looked whether a domain is gone that was destroyed, and how long apart. */
const LOOKS = 10;
const LOOK_MS = 300;

/** A domain goes when nobody has its memory mapped any more. */
async function isLeft(host: Commands, uuid: string): Promise<string | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(LOOK_MS);
    const found = await domainOf(host, uuid);
    if (found === undefined) return undefined;
    if (look === LOOKS - 1) {
      return `its state is ${found.state}; a domain that is dying is gone when nobody has its memory mapped any more`;
    }
  }
  return undefined;
}

/** What keeps a guest paused. */
async function isPaused(host: Commands, uuid: string): Promise<string | undefined> {
  return (await domainOf(host, uuid))?.isPaused ? STILL_PAUSED : undefined;
}

/**
 * How to undo an entry now. Things are recognised by more than a name: domains by their UUID, folders by the
 * journal's id.
 * @param entry as it was written, by whomever
 * @param restarted whether the host was restarted since (`restartedSince`)
 * @returns undefined when what it lists is not there (any more)
 * @throws UserError when the host does not tell; Error when the entry is none that we write
 */
export async function undoing(
  host: Commands,
  entry: Entry,
  { id, restarted = false }: { id: string; restarted?: boolean },
): Promise<Undoing | undefined> {
  const fault = faultOf(entry);
  if (fault !== undefined) throw new Error(fault);
  if (restarted && isUndoneByRestart(entry)) return undefined;
  switch (entry.kind) {
    case 'domain': {
      const { uuid } = entry;
      const found = await domainOf(host, uuid);
      if (found === undefined) return undefined;
      // One that dies has lost its name.
      const isOurs = found.name.startsWith(NAME_PREFIX) || found.state === 'dying';
      demandOurs(`the domain ${found.name}`, isOurs);
      return {
        what: `the domain ${found.name} (id ${found.domid}, ${uuid})`,
        argv: ['xl', 'destroy', String(found.domid)],
        left: () => isLeft(host, uuid),
      };
    }
    case 'pause': {
      const { uuid } = entry;
      const found = await domainOf(host, uuid);
      if (!found?.isPaused) return undefined;
      return {
        what: `the pause of ${found.name} (id ${found.domid}, ${uuid})`,
        argv: ['xl', 'unpause', String(found.domid)],
        left: () => isPaused(host, uuid),
      };
    }
    case 'events':
      return eventsOff(host, entry, id);
    case 'lock':
      return releasing(host, entry.id);
    case 'file':
      demandOurs(entry.path, isOurFile(entry.path));
      if (!(await isThere(host, entry.path))) return undefined;
      return { what: `the file ${entry.path}`, argv: ['rm', '-f', entry.path] };
    case 'folder':
      demandOurs(entry.path, isFolderOf(id, entry.path));
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
      return {
        what: `a setting of tinyvmi-bench: ${settingText(entry.before)} again`,
        argv: setting(entry.before),
        complains: complains(entry.before),
      };
  }
}

/** Whether it is the folder that the run of a journal makes on a host. */
function isFolderOf(journal: string, path: string): boolean {
  return isAbsolute(path) && basename(path) === `${FOLDER_PREFIX}${journal}`;
}

/** A log of a domain of ours, or the lock of a client of its console. */
function isOurFile(path: string): boolean {
  const logs = [consoleLog, deviceModelLog].map((log) => log(NAME_PREFIX).replace(/\.log$/, ''));
  return logs.some((log) => path.startsWith(log)) || isConsoleLock(path);
}

function isConsoleLock(path: string): boolean {
  const [, domid] = /\.(\d+)$/.exec(path) ?? [];
  return domid !== undefined && path === consoleLock(Number(domid));
}

/** A journal on a host can be written by others: what it says to remove must be ours by its name too. */
function demandOurs(path: string, ours: boolean): void {
  if (!ours || path.split('/').includes('..')) {
    throw new Error(`a journal lists ${path}, which this program does not make`);
  }
}

/** Says whether there is something of that path, a link to nowhere included. */
const LOOK = 'if [ -e "$1" ] || [ -L "$1" ]; then echo there; else echo none; fi';

/** @throws UserError when the host does not tell */
async function isThere(host: Commands, path: string): Promise<boolean> {
  const argv = ['sh', '-c', LOOK, 'sh', path];
  const { stdout } = await mustRun(host, `look whether there is ${path}`, argv);
  if (stdout === 'there\n' || stdout === 'none\n') return stdout === 'there\n';
  throw new Error(`the host does not say whether there is ${path}`);
}

const BOOT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a host was restarted since that boot; false when nobody knows. */
export async function restartedSince(host: Commands, boot: string | undefined): Promise<boolean> {
  if (boot === undefined || boot === '') return false;
  const { exitCode, stdout } = await host.run(['cat', '/proc/sys/kernel/random/boot_id']);
  const now = stdout.trim();
  return exitCode === 0 && BOOT_ID.test(now) && now !== boot;
}

/**
 * Whether a restart of the host undid an entry by itself. What is there of its kind now is its owner's:
 * undoing it would change a host on which nothing of ours is left.
 */
function isUndoneByRestart(entry: Entry): boolean {
  switch (entry.kind) {
    case 'domain':
    case 'pause':
    case 'events':
    case 'policy':
    case 'setting':
      return true;
    case 'file':
      return isConsoleLock(entry.path);
    case 'folder':
    case 'lock':
      return false;
  }
}

/** What became of a journal. */
export interface Undone {
  removed: string[];
  /** Whether the host was restarted since, which undid the rest. */
  restarted: boolean;
  /** What could not be removed; it stays in the journal. */
  failed: string[];
}

/**
 * Undoes a journal's entries in their order, and strikes out what is gone. One failure stops none but the
 * removal of what is needed for another try.
 */
export async function undoJournal(host: Commands, journal: Journal): Promise<Undone> {
  const removed: string[] = [];
  const failed: string[] = [];
  const restarted = await restartedSince(host, journal.boot);
  const needed = new Set<string>();
  for (const entry of undoingOrder(journal.entries)) {
    try {
      if (entry?.kind === 'folder' && needed.has(entry.path)) {
        throw new Error(`the folder ${entry.path} stays: it has what takes events off a guest`);
      }
      const step = await undoing(host, entry, { id: journal.id, restarted });
      if (step !== undefined) {
        const { stderr } = await mustRun(host, `remove ${step.what}`, step.argv);
        if (step.complains && stderr.trim() !== '') throw new Error(stderr.trim());
        const left = await step.left?.();
        if (left !== undefined) throw new Error(`cannot remove ${step.what}: ${left}`);
        removed.push(step.what);
      }
      if (entry.kind === 'folder') journal.unmirror();
      await journal.strike(entry);
    } catch (error) {
      failed.push(messageOf(error));
      if (entry?.kind === 'events') needed.add(dirname(String(entry.program)));
    }
  }
  return { removed, restarted, failed };
}
