/**
 * Removes what a process was making when it dies, however it dies: a signal reaches no code of a program
 * that is busy computing, and none at all when it is SIGKILL.
 */
import { spawn } from 'node:child_process';

/** A shell that outlives this process: its input ends when the process does, or says that all is well. */
const SCRIPT = 'read -r word; [ "$word" = keep ] || rm -rf -- "$@"';

/** Waits for the death of this process. */
export interface Janitor {
  /** Nothing needs removing any more. */
  dismiss(): void;
}

/**
 * Has these paths removed, in their order, when this process dies before `dismiss`. Where no shell can be
 * started, they stay until another run finds them.
 * @param paths absolute
 */
export function removedAtDeath(...paths: readonly string[]): Janitor {
  // Apart from the terminal's processes: a Ctrl-C is for this one.
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...paths], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  (shell.stdin as typeof shell.stdin & { unref?(): void }).unref?.();
  return {
    dismiss: () => {
      shell.stdin.end('keep\n');
    },
  };
}
