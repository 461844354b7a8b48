/**
 * What every command is given.
 */
import type { RunProgress } from '../../campaign/lives.ts';
import type { Surroundings } from '../output.ts';

/** Surroundings, progress and the user's Ctrl-C. */
export interface CommandContext extends Surroundings {
  progress: RunProgress;
  signal: AbortSignal;
  json: boolean;
}
