/**
 * What every command is given.
 */
import type { Progress } from '../../../infra/testbed.ts';
import type { Surroundings } from '../output.ts';

/** Surroundings, progress and the user's Ctrl-C. */
export interface CommandContext extends Surroundings {
  progress: Progress;
  signal: AbortSignal;
  json: boolean;
}
