/**
 * What every command is given.
 */
import type { Surroundings } from '../output.ts';
import type { LiveProgress } from '../progress/contract.ts';
import type { StepTimes } from '../progress/step-times.ts';

/** Surroundings, progress and the user's Ctrl-C. */
export interface CommandContext extends Surroundings {
  progress: LiveProgress;
  /** How long what takes time takes on this machine. */
  times: StepTimes;
  signal: AbortSignal;
  /**
   * Does work during which nothing is up: a signal ends the process at once, however busy it is, instead
   * of waiting for the work's end. Absent: nobody listens to signals.
   */
  unguarded?<T>(work: () => Promise<T>): Promise<T>;
  json: boolean;
  /** `--quiet`: of what a command tells, only the line that answers is printed. */
  quiet: boolean;
  /** Prints what is told beside the answer: nothing with `--quiet`. */
  say(text: string): void;
}
