/** What earlier times say about the next one: arithmetic without files. */

/** A time that something took. */
export interface Sample {
  seconds: number;
  /** The kind of run that it was part of; empty: of none. */
  run: string;
}

/** What is expected. */
export interface Expected {
  seconds: number;
  /** Earlier times that say so. */
  runs: number;
}

/** The latest times count: images, machine and suite change. */
const LATEST = 5;

/**
 * What the latest times say: those of the same kind of run, or of any where there are none.
 * It is their median, of two in the middle the shorter one: a first time is often the longest, as it
 * makes what later ones find.
 * @param samples the oldest first
 */
export function expectedOf(samples: readonly Sample[], run: string): Expected | undefined {
  const same = samples.filter((sample) => sample.run === run);
  const latest = (same.length > 0 ? same : samples).slice(-LATEST);
  const sorted = latest.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const seconds = sorted[Math.floor((sorted.length - 1) / 2)];
  return seconds === undefined ? undefined : { seconds, runs: sorted.length };
}

/**
 * The name by which a step is known again. Numbers that count what is to be done (`50 jobs`) are part
 * of it; others, as versions, sizes, addresses and a place in a row, change from run to run.
 */
export function stepName(text: string): string {
  return text.replace(/0x[0-9a-f]+|\d+(?:\.\d+)*(?! (?:\w+ )?[a-z]{2,}s\b)(?![\d.])/g, '#');
}
