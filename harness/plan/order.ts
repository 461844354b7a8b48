/**
 * The order of measurement inside a block.
 *
 * A block runs a sequence and then the same sequence backwards, so that a drift that is linear
 * in time adds the same to every arm (the ABBA design; R. A. Fisher, "The Design of Experiments",
 * 1935, on balancing). The sequence itself is random: first the states, then the arms of each.
 */
import { type Random, shuffled } from './prng.ts';

/** One place in the order: an arm in a state. */
export interface Turn<A, S> {
  arm: A;
  state: S;
}

/** One block: each arm in each state twice, the second half mirroring the first. */
export function blockOrder<A, S>(
  arms: readonly A[],
  states: readonly S[],
  random: Random,
): Turn<A, S>[] {
  const forwards = shuffled(states, random).flatMap((state) =>
    shuffled(arms, random).map((arm) => ({ arm, state })),
  );
  return [...forwards, ...[...forwards].reverse()];
}
