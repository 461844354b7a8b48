/**
 * One run on each of several testbeds, side by side. What happens on one is nothing to the others; what
 * ends badly is tried again.
 */
import { setTimeout } from 'node:timers/promises';
import { isWorthAnotherTry, messageOf, UserError } from '../../infra/errors.ts';
import type { Progress } from '../../infra/testbed.ts';

/** A host that fails gets this long to come to itself. */
const PAUSE_MS = 5000;

/** How a testbed's run ended. `tries`: attempts that were made. */
export type Ending = { testbed: string; tries: number } & (
  | { folder: string; error?: never }
  | { error: UserError; folder?: never }
);

/** An attempt at a run on one testbed. @returns the folder of its result */
export type Attempt = () => Promise<string>;

/** How a testbed's run is brought to an end. */
export type Measure = (testbed: string) => Promise<Ending>;

/** An error of ours, out of whatever was thrown. */
function asUserError(thrown: unknown): UserError {
  return thrown instanceof UserError ? thrown : new UserError(messageOf(thrown), { cause: thrown });
}

/** Attempts a run until one ends well, at most `tries` times. Never rejects. */
export async function withTries(
  testbed: string,
  attempt: Attempt,
  {
    tries,
    pauseMs = PAUSE_MS,
    progress,
    signal,
  }: { tries: number; pauseMs?: number; progress: Progress; signal: AbortSignal },
): Promise<Ending> {
  for (let tried = 1; ; tried++) {
    try {
      return { testbed, tries: tried, folder: await attempt() };
    } catch (thrown) {
      const error = asUserError(thrown);
      if (tried >= tries || signal.aborted || !isWorthAnotherTry(error)) {
        return { testbed, tries: tried, error };
      }
      progress.warn(`try ${tried} of ${tries} failed: ${error.message}`);
      await setTimeout(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
}

/**
 * Measures on all testbeds at once.
 * @param ended told of each as soon as it ended
 * @returns how each ended, in their order
 */
export function sideBySide(
  testbeds: readonly string[],
  measure: Measure,
  ended: (ending: Ending) => void,
): Promise<Ending[]> {
  return Promise.all(
    testbeds.map(async (testbed) => {
      const ending = await measure(testbed).catch(
        (thrown): Ending => ({ testbed, tries: 1, error: asUserError(thrown) }),
      );
      ended(ending);
      return ending;
    }),
  );
}
