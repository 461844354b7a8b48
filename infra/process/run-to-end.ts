/** A child of ours that runs to its end for a host: an ssh client, or the command itself. */
import { execa, type Result } from 'execa';
import { UserError } from '../errors.ts';
import type { RunOptions } from '../testbed.ts';
import { OUT_OF_CTRL_C } from './death.ts';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const OPTIONS = {
  ...OUT_OF_CTRL_C,
  reject: false,
  stripFinalNewline: false,
  maxBuffer: MAX_OUTPUT_BYTES,
} as const;

/**
 * Runs a program and gives how it ended, whatever that is.
 * @param what names the command in an error
 * @throws UserError when it takes longer than it may; what the signal was aborted with
 */
export async function runToEnd(
  file: string,
  args: readonly string[],
  options: RunOptions,
  what: string,
): Promise<Result<typeof OPTIONS>> {
  const { input, signal, timeoutMs } = options;
  const result = await execa(file, args, {
    ...OPTIONS,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  signal?.throwIfAborted();
  if (result.timedOut) {
    throw new UserError(`${what} took longer than ${(timeoutMs ?? 0) / 1000} s`);
  }
  return result as Result<typeof OPTIONS>;
}
