/**
 * Options of a run: defaults, bounds, and one clear usage error for each thing that is wrong.
 */
import type { NumberParameter } from '../../bench/benchmark.ts';
import { MAX_BATCH, MAX_PAGES } from '../../bench/page-walk/index.ts';
import { BENCHMARKS, findBenchmark } from '../../bench/registry.ts';
import type { Arm, CacheState } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { ClockMode, PageSize } from '../../infra/testbed.ts';

/** What a run is asked to do, complete and within bounds. */
export interface RunOptions {
  benchmark: string;
  arms: Arm[];
  states: CacheState[];
  /** Consecutive 4 KiB pages in all. */
  pages: number;
  /** Pages in a batch. */
  batch: number;
  pageSize: PageSize;
  target: 'pvh' | 'pv';
  blocks: number;
  /** Recorded passes over all pages in each half of a block. */
  repeat: number;
  /** Passes before them, recorded as warm-up and kept out of every estimate. */
  warmup: number;
  /** Seed of the order of the blocks, of the target's content and of the bootstrap. */
  seed: number;
  clock: ClockMode;
  /** Seconds without a sign of life from a domain after which it counts as hung. */
  timeout: number;
}

/** The same, as a user wrote it: text, everything optional. */
export type RawRunOptions = {
  [K in
    | 'bench'
    | 'pages'
    | 'batch'
    | 'pageSize'
    | 'target'
    | 'blocks'
    | 'repeat'
    | 'warmup'
    | 'seed'
    | 'clock'
    | 'timeout']?: string | undefined;
} & { arm?: readonly string[] | undefined; state?: readonly string[] | undefined };

function bounded(
  name: string,
  meaning: string,
  value: number,
  min: number,
  max: number,
): NumberParameter {
  return { kind: 'number', name, meaning, default: value, min, max };
}

/**
 * Numbers that a user may choose. The defaults make 48 jobs of 3 passes of 500 pages: 6,000
 * recorded pages for each arm and state, in well under three minutes on two cores.
 */
export const NUMBERS = {
  pages: bounded('pages', 'consecutive 4 KiB pages to read', 500, 1, MAX_PAGES),
  batch: bounded('batch', 'pages in a batch', 500, 1, MAX_BATCH),
  blocks: bounded('blocks', 'blocks, each with every arm and state twice', 3, 1, 1000),
  repeat: bounded('repeat', 'recorded passes in each half of a block', 2, 1, 10_000),
  warmup: bounded('warmup', 'passes before them, kept but not counted', 1, 0, 10_000),
  seed: bounded('seed', 'seed of order, content and bootstrap', 1, 0, 2 ** 32 - 1),
  timeout: bounded(
    'timeout',
    'seconds of silence after which a domain counts as hung',
    120,
    1,
    3600,
  ),
} as const;

/** Words that a user may choose, the default first. */
export const CHOICES = {
  bench: BENCHMARKS.map((benchmark) => benchmark.id),
  pageSize: ['4k', '2m', '1g'],
  target: ['pvh', 'pv'],
  clock: ['counted', 'wall'],
} as const;

function usage(message: string, advice: string): UserError {
  return new UserError(message, { kind: 'usage', advice });
}

function number(parameter: NumberParameter, text: string | undefined): number {
  if (text === undefined) return parameter.default;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= parameter.min && value <= parameter.max)) {
    throw usage(
      `--${parameter.name} ${text}: not a whole number from ${parameter.min} to ${parameter.max}.`,
      `Give --${parameter.name} a number from ${parameter.min} to ${parameter.max} (default ${parameter.default}).`,
    );
  }
  return value;
}

function oneOf<T extends string>(option: string, choices: readonly T[], text: string): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw usage(`${option} ${text}: not known.`, `Accepted: ${choices.join(', ')}.`);
  }
  return found;
}

function someOf<T extends string>(
  option: string,
  choices: readonly T[],
  texts: readonly string[] | undefined,
): T[] {
  if (texts === undefined || texts.length === 0) return [...choices];
  const wanted = new Set(
    texts.flatMap((text) => text.split(',')).map((text) => oneOf(option, choices, text)),
  );
  return choices.filter((choice) => wanted.has(choice));
}

/**
 * Completes and checks what the user asked for.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function resolveOptions(raw: RawRunOptions): RunOptions {
  const id = oneOf('--bench', CHOICES.bench, raw.bench ?? (CHOICES.bench[0] as string));
  const benchmark = findBenchmark(id);
  if (benchmark === undefined) throw new Error(`benchmark ${id} is listed but not found`);
  const pages = number(NUMBERS.pages, raw.pages);
  const options: RunOptions = {
    benchmark: id,
    arms: someOf('--arm', benchmark.arms, raw.arm),
    states: someOf('--state', benchmark.states, raw.state),
    pages,
    batch: Math.min(pages, number(NUMBERS.batch, raw.batch)),
    pageSize: oneOf('--page-size', CHOICES.pageSize, raw.pageSize ?? CHOICES.pageSize[0]),
    target: oneOf('--target', CHOICES.target, raw.target ?? CHOICES.target[0]),
    blocks: number(NUMBERS.blocks, raw.blocks),
    repeat: number(NUMBERS.repeat, raw.repeat),
    warmup: number(NUMBERS.warmup, raw.warmup),
    seed: number(NUMBERS.seed, raw.seed),
    clock: oneOf('--clock', CHOICES.clock, raw.clock ?? CHOICES.clock[0]),
    timeout: number(NUMBERS.timeout, raw.timeout),
  };
  if (options.target === 'pv' && options.pageSize !== '4k') {
    throw usage(
      `--target pv --page-size ${options.pageSize}: Xen gives PV guests 4 KiB pages only.`,
      'Use --page-size 4k, or --target pvh.',
    );
  }
  return options;
}
