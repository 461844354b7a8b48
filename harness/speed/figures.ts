/** What two sides took, round by round, as ratios: arithmetic without processes. */

/** What a command and all its children took, in seconds. */
export interface Taken {
  /** Wall clock. */
  wall: number;
  /** Processor time, user and system. */
  processor: number;
}

/** One of the two figures. */
export type Figure = keyof Taken;

/** Two sides of one figure, in rounds. */
export interface Compared {
  /** Median of the old side, in seconds. */
  old: number;
  /** Median of the new side, in seconds. */
  now: number;
  /** Of the medians, new to old. */
  ratio: number;
  /** Of each round. */
  rounds: number[];
}

/** Median of at least one number. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1].map((at) => sorted[at]);
  if (low === undefined || high === undefined) throw new Error('a median of nothing');
  return (low + high) / 2;
}

/** Compares as many rounds on either side. */
export function compared(old: readonly Taken[], now: readonly Taken[], figure: Figure): Compared {
  const before = old.map((taken) => taken[figure]);
  const after = now.map((taken) => taken[figure]);
  const [a, b] = [medianOf(before), medianOf(after)];
  return {
    old: a,
    now: b,
    ratio: b / a,
    rounds: after.map((value, round) => value / (before[round] ?? Number.NaN)),
  };
}
