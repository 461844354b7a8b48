/**
 * Options that every benchmark shares: defaults, bounds, and one clear usage error for each thing
 * that is wrong. What only one benchmark knows stands in its own file beside this one.
 */
import { BENCHMARKS, type BenchmarkId } from '../../bench/registry.ts';
import type { Arm, State } from '../../bench/words.ts';
import type { ClockMode } from '../../infra/testbed.ts';
import { bounded, number, oneOf } from './values.ts';

/** What a run is asked to do, as far as every benchmark understands it. */
export interface CommonOptions {
  benchmark: BenchmarkId;
  arms: Arm[];
  states: State[];
  target: 'pvh' | 'pv';
  blocks: number;
  /** Recorded passes over all pages, or batches of events, in each half of a block. */
  repeat: number;
  /** Seed of the order of the blocks, of the target's content and of the bootstrap. */
  seed: number;
  clock: ClockMode;
  /** Seconds without a sign of life from a domain after which it counts as hung. */
  timeout: number;
}

/** What a user wrote: text, everything optional. */
export type RawRunOptions = {
  [K in
    | 'pages'
    | 'batch'
    | 'pageSize'
    | 'target'
    | 'events'
    | 'walk'
    | 'vcpus'
    | 'wait'
    | 'notify'
    | 'blocks'
    | 'repeat'
    | 'warmup'
    | 'seed'
    | 'clock'
    | 'timeout']?: string | undefined;
} & { [K in 'bench' | 'arm' | 'state']?: readonly string[] | undefined };

/** Numbers that a user may choose, whatever the benchmark. */
export const COMMON_NUMBERS = {
  blocks: bounded('blocks', 'blocks, each with every arm and state twice; of events 2', 3, 1, 1000),
  seed: bounded('seed', 'seed of order, content and bootstrap', 1, 0, 2 ** 32 - 1),
  repeat: bounded('repeat', 'recorded passes or batches in each half of a block', 2, 1, 10_000),
  timeout: bounded(
    'timeout',
    'seconds of silence after which a domain counts as hung',
    120,
    1,
    3600,
  ),
} as const;

/** Words that a user may choose, whatever the benchmark, the default first. */
export const COMMON_CHOICES = {
  bench: BENCHMARKS.map((benchmark) => benchmark.id),
  target: ['pvh', 'pv'],
  clock: ['counted', 'wall'],
} as const;

/** The part of the options that every benchmark resolves alike. */
export function resolveCommon(
  raw: RawRunOptions,
): Pick<CommonOptions, 'target' | 'blocks' | 'repeat' | 'seed' | 'clock' | 'timeout'> {
  return {
    target: oneOf('--target', COMMON_CHOICES.target, raw.target ?? COMMON_CHOICES.target[0]),
    blocks: number(COMMON_NUMBERS.blocks, raw.blocks),
    repeat: number(COMMON_NUMBERS.repeat, raw.repeat),
    seed: number(COMMON_NUMBERS.seed, raw.seed),
    clock: oneOf('--clock', COMMON_CHOICES.clock, raw.clock ?? COMMON_CHOICES.clock[0]),
    timeout: number(COMMON_NUMBERS.timeout, raw.timeout),
  };
}
