/** Which lines of a program's source ran, summed over the programs that it is part of: gcov's own counts. */

/** Of gcov's JSON (gcc.gnu.org/onlinedocs/gcc/Invoking-Gcov.html, format 1), what is used here. */
export interface GcovReport {
  files: { file: string; lines: { line_number: number; count: number }[] }[];
}

/** One source file: its lines that have code, and those of them that ran. */
export interface FileCoverage {
  /** Relative to native/. */
  file: string;
  lines: number;
  executed: number;
  /** Numbers of the lines that did not run, in order. */
  missed: number[];
  /** Some test program has it; one without lines is data only, then. */
  linked: boolean;
}

/** The share of lines below which the command fails. */
export const LEAST_SHARE = 0.85;

/**
 * A line counts once, however many programs have it, and ran when it did in any of them.
 * @param files the files to tell of
 * @param linked those of them that a test program is made of
 */
export function sumLines(
  reports: readonly GcovReport[],
  files: readonly string[],
  linked: ReadonlySet<string>,
): FileCoverage[] {
  const counts = new Map(files.map((file) => [file, new Map<number, number>()]));
  for (const { file, lines } of reports.flatMap((report) => report.files)) {
    const of = counts.get(file);
    for (const { line_number: line, count } of of ? lines : []) {
      of?.set(line, (of.get(line) ?? 0) + count);
    }
  }
  return [...counts].map(([file, of]) => {
    const missed = [...of].flatMap(([line, count]) => (count === 0 ? [line] : []));
    return {
      file,
      lines: of.size,
      executed: of.size - missed.length,
      missed: missed.sort((a, b) => a - b),
      linked: linked.has(file),
    };
  });
}

/** Share of lines that ran, from 0 to 1; of no lines: 0. */
export function shareOf(files: readonly FileCoverage[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  return lines === 0 ? 0 : files.reduce((sum, file) => sum + file.executed, 0) / lines;
}

/** What is wrong with a coverage, a sentence each; empty: nothing. */
export function shortcomings(files: readonly FileCoverage[]): string[] {
  const unused = files.filter(
    ({ executed, lines, linked }) => !linked || (lines > 0 && executed === 0),
  );
  const share = shareOf(files);
  return [
    ...unused.map(({ file }) => `${file} is executed by no host test: add one (native/Makefile)`),
    ...(share < LEAST_SHARE
      ? [`${percent(share)} of lines are executed, ${percent(LEAST_SHARE)} is the least`]
      : []),
  ];
}

/** A share as a percentage with one digit, never rounded up to what was not reached. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
