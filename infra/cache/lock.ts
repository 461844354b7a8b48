/**
 * A lock between processes that cannot outlive its owner.
 *
 * Node has no flock(2), so util-linux's `flock` takes it and hands it to a `cat` that reads a pipe of
 * ours: the lock lasts until we close the pipe, and the kernel closes it when we die.
 */

import { dirname } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { adviceForTool } from '../packages.ts';
import { OUT_OF_CTRL_C } from '../process/death.ts';

/** A held lock. */
export interface Lock {
  release(): Promise<void>;
}

const BUSY = 75;
const PATIENCE_MS = 1000;

/**
 * Takes the lock of a file, which is created if need be and stays.
 * @param options.wait false: give up at once when it is taken.
 * @param options.onWait called once when another process holds it for longer than a second.
 * @returns undefined when it is taken and `wait` is false.
 */
export async function lock(
  path: string,
  options: { wait?: boolean; onWait?: () => void; signal?: AbortSignal | undefined } = {},
): Promise<Lock | undefined> {
  await makeFolder(dirname(path));
  const holder = execa(
    'flock',
    [
      ...(options.wait === false ? ['--nonblock', '--conflict-exit-code', String(BUSY)] : []),
      path,
      'sh',
      '-c',
      'echo held; exec cat',
    ],
    {
      ...OUT_OF_CTRL_C,
      stdin: 'pipe',
      stdout: 'pipe',
      buffer: false,
      reject: false,
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    },
  );
  const timer = setTimeout(() => options.onWait?.(), PATIENCE_MS);
  try {
    const held = await Promise.race([
      new Promise<true>((resolve) => holder.stdout.once('data', () => resolve(true))),
      holder.then((result) => result),
    ]);
    if (held === true) {
      return {
        async release() {
          holder.stdin.end();
          await holder;
        },
      };
    }
    options.signal?.throwIfAborted();
    if (held.exitCode === BUSY) return undefined;
    throw new UserError(
      `cannot lock ${path}: ${held.shortMessage}`,
      held.code === 'ENOENT' ? { advice: adviceForTool('flock') } : {},
    );
  } finally {
    clearTimeout(timer);
  }
}
