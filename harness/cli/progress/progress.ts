/**
 * Progress of long steps: live lines with the elapsed time on a terminal, plain lines in a log.
 * It goes to standard error, so that standard output stays the result's.
 */
import type { Surroundings } from '../output.ts';
import type { LiveProgress } from './contract.ts';
import { logProgress } from './log.ts';
import type { StepTimes } from './step-times.ts';
import { terminalProgress } from './terminal.ts';

/** Progress that suits the surroundings, and says how long steps take by what is known of them. */
export function makeProgress(surroundings: Surroundings, times: StepTimes): LiveProgress {
  const live = surroundings.stderr.isTTY === true && surroundings.env.TERM !== 'dumb';
  return live ? terminalProgress(surroundings, times) : logProgress(surroundings, times);
}
