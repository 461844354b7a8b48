/**
 * One run at a time on a host, from whatever machine and by whatever name it is reached: a symbolic link
 * to the id of the run's journal, which is made at once or not at all. Where locks are kept they are gone
 * after a restart.
 */
import { UserError } from '../errors.ts';
import { mustRun } from '../xl/commands.ts';
import type { Journal } from './journal.ts';
import type { Commands, Undoing } from './undo.ts';

/** The link. */
const LOCK = '/var/lock/tinyvmi-run';

/** Takes it away when it is that journal's. */
const RELEASE = '[ "$(readlink "$1")" != "$2" ] || rm -f "$1"';

/**
 * The command that takes a host for the run of a journal. Where a folder stands in its place, a link is not
 * made in it (-T).
 */
export function taking(id: string, lock = LOCK): string[] {
  return ['ln', '-sT', id, lock];
}

/**
 * Takes a host, which is in the journal before.
 * @throws UserError when another run has it
 */
export async function takeHost(
  host: Commands,
  journal: Journal,
  name: string,
  lock = LOCK,
): Promise<void> {
  const entry = { kind: 'lock', id: journal.id } as const;
  await journal.add(entry);
  const { exitCode, stderr } = await host.run(taking(journal.id, lock));
  const owner = await ownerOf(host, lock);
  if (exitCode === 0 && owner === journal.id) return;
  await journal.strike(entry);
  if (owner === '') throw new UserError(`cannot make ${lock} on ${name}: ${stderr.trim()}`);
  throw new UserError(`${name} is in use by another run, of journal ${owner}`, {
    advice: `let that run end. When it is over: tinyvmi-bench clean --testbed ${name} --journal ${owner}; when nobody has that journal any more: rm ${lock} there`,
  });
}

/** Prints what a link says; nothing where there is no link. Fails where that cannot be told. */
const READ_LINK = '[ ! -L "$1" ] || readlink "$1"';

/** Id of the journal whose run has the host; empty: none has. */
async function ownerOf(host: Commands, lock: string): Promise<string> {
  const argv = ['sh', '-c', READ_LINK, 'sh', lock];
  return (await mustRun(host, `read the mark ${lock}`, argv)).stdout.trim();
}

/** How to let a host go again; undefined when that journal's run does not have it. */
export async function releasing(
  host: Commands,
  id: string,
  lock = LOCK,
): Promise<Undoing | undefined> {
  if ((await ownerOf(host, lock)) !== id) return undefined;
  return { what: 'the mark that the host is in use', argv: ['sh', '-c', RELEASE, 'sh', lock, id] };
}
