/**
 * The benchmarks, one entry each. Adding one is a folder beside page-walk/ and a line here.
 */
import { anatomy } from './anatomy/index.ts';
import type { Benchmark } from './benchmark.ts';
import { boot } from './boot/index.ts';
import { codeSize } from './code-size/index.ts';
import { density } from './density/index.ts';
import { events } from './events/index.ts';
import { footprint } from './footprint/index.ts';
import { guestEvents } from './guest-events/index.ts';
import { pageWalk } from './page-walk/index.ts';

const ENTRIES = [
  pageWalk,
  events,
  guestEvents,
  anatomy,
  codeSize,
  boot,
  footprint,
  density,
] as const;

/** Name of a benchmark. */
export type BenchmarkId = (typeof ENTRIES)[number]['id'];

/** Every benchmark of the suite, in the order in which a run takes them. */
export const BENCHMARKS: readonly Benchmark<BenchmarkId>[] = ENTRIES;

/** Those that a user names. */
export const NAMED_BENCHMARKS = BENCHMARKS.filter(({ standsFor }) => standsFor === undefined);

/** The benchmark of that name, or undefined. */
export function findBenchmark(id: string): Benchmark<BenchmarkId> | undefined {
  return BENCHMARKS.find((benchmark) => benchmark.id === id);
}
