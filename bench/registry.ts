/**
 * The benchmarks, one entry each. Adding one is a folder beside page-walk/ and a line here.
 */
import type { Benchmark } from './benchmark.ts';
import { pageWalk } from './page-walk/index.ts';

/** Every benchmark of the suite. */
export const BENCHMARKS: readonly Benchmark[] = [pageWalk];

/** The benchmark of that name, or undefined. */
export function findBenchmark(id: string): Benchmark | undefined {
  return BENCHMARKS.find((benchmark) => benchmark.id === id);
}
