/**
 * What every command is given.
 */
import type { Surroundings } from '../output.ts';
import type { LiveProgress } from '../progress/contract.ts';

/** Surroundings, progress and the user's Ctrl-C. */
export interface CommandContext extends Surroundings {
  progress: LiveProgress;
  signal: AbortSignal;
  json: boolean;
}
