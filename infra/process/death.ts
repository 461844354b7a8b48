/**
 * Ties the life of a child process to ours.
 *
 * `setpriv --pdeathsig` (util-linux, on every Debian) sets PR_SET_PDEATHSIG and executes the command in
 * its own place, so the child's process id is the command's. The kernel then sends the signal when we
 * end, however we end, kill -9 included (prctl(2)).
 */
import { UserError } from '../errors.ts';
import type { Host } from '../testbed.ts';

/** The command line that runs `file` and makes the kernel send it `signal` when this process ends. */
export function dyingWithUs(
  file: string,
  args: readonly string[],
  signal: 'KILL' | 'TERM' = 'KILL',
): [file: string, args: string[]] {
  return ['setpriv', ['--pdeathsig', signal, '--', file, ...args]];
}

/**
 * Makes sure that children can be tied to us here: busybox's setpriv cannot.
 * @throws UserError that says what is needed
 */
export async function demandTies(host: Pick<Host, 'run'>): Promise<void> {
  if (await canTie(host)) return;
  throw new UserError(
    'what a run starts here would outlive it when it is killed: setpriv is missing, or knows no --pdeathsig',
    { advice: TIES_NEEDED },
  );
}

/** Whether they can. */
export async function canTie(host: Pick<Host, 'run'>): Promise<boolean> {
  const [file, args] = dyingWithUs('true', []);
  return (await host.run([file, ...args])).exitCode === 0;
}

/** What to install. */
export const TIES_NEEDED =
  "install util-linux's setpriv (Debian: apt-get install util-linux; Alpine: apk add setpriv)";

/**
 * Options of execa for a child that a Ctrl-C must not reach: the terminal sends it to the whole process
 * group, and what we still need for taking things down in order must outlive it.
 */
export const OUT_OF_CTRL_C = { detached: true } as const;
