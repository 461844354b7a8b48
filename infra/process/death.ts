/**
 * Ties the life of a child process to ours.
 *
 * `setpriv --pdeathsig` (util-linux, on every Debian) sets PR_SET_PDEATHSIG and executes the command in
 * its own place, so the child's process id is the command's. The kernel then sends the signal when we
 * end, however we end, kill -9 included (prctl(2)).
 */

/** The command line that runs `file` and makes the kernel send it `signal` when this process ends. */
export function dyingWithUs(
  file: string,
  args: readonly string[],
  signal: 'KILL' | 'TERM' = 'KILL',
): [file: string, args: string[]] {
  return ['setpriv', ['--pdeathsig', signal, '--', file, ...args]];
}

/**
 * Options of execa for a child that a Ctrl-C must not reach: the terminal sends it to the whole process
 * group, and what we still need for taking things down in order must outlive it.
 */
export const OUT_OF_CTRL_C = { detached: true } as const;
