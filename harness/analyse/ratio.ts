/**
 * How many times dearer one arm is than another, with a 95 % interval.
 *
 * Arms are paired by block, since a block's jobs ran next to each other. The estimate is the
 * geometric mean over blocks of the ratio of the block's medians (of its batches' medians). The
 * interval is a percentile bootstrap that resamples boots, blocks inside them, and batches inside
 * those; how pages vary is in how their batches' medians do: A. C. Davison and D. V. Hinkley,
 * "Bootstrap Methods and their Application", 1997, sections 3.8 and 5.3; T. Kalibera and R. Jones,
 * "Rigorous benchmarking in reasonable time", ISMM 2013.
 */
import type { Random } from '../plan/prng.ts';
import { quantile, sortedSample } from './quantile.ts';

/** Medians of the batches of one block, of either arm. */
export interface BlockPair {
  /** Boot of the testbed that the block belongs to; 0 when it is left out. */
  boot?: number;
  numerator: readonly number[];
  denominator: readonly number[];
}

/** A ratio of arms. */
export interface RatioEstimate {
  ratio: number;
  /** Undefined when there is one block only: its spread cannot be known. */
  interval95: [number, number] | undefined;
  blocks: number;
}

const RESAMPLES = 2000;

function median(values: readonly number[]): number {
  return quantile(sortedSample(values), 0.5);
}

function resample<T>(items: readonly T[], random: Random): T[] {
  return items.map(() => items[random.below(items.length)] as T);
}

/** Blocks by boot. */
function byBoot(blocks: readonly BlockPair[]): BlockPair[][] {
  const boots = new Map<number, BlockPair[]>();
  for (const block of blocks) {
    const boot = block.boot ?? 0;
    boots.set(boot, [...(boots.get(boot) ?? []), block]);
  }
  return [...boots.values()];
}

function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/**
 * The ratio over these blocks.
 * @throws Error when there is no block, or a median that is not above zero
 */
export function ratioOfArms(blocks: readonly BlockPair[], random: Random): RatioEstimate {
  const all = blocks.flatMap((block) => [...block.numerator, ...block.denominator]);
  if (blocks.length === 0 || all.some((value) => !(value > 0))) {
    throw new Error('a ratio needs blocks with medians above zero');
  }
  const estimate = (
    pairs: readonly BlockPair[],
    draw: (values: readonly number[]) => readonly number[],
  ) =>
    geometricMean(
      pairs.map(
        ({ numerator, denominator }) => median(draw(numerator)) / median(draw(denominator)),
      ),
    );
  const ratio = estimate(blocks, (values) => values);
  if (blocks.length < 2) return { ratio, interval95: undefined, blocks: blocks.length };
  const boots = byBoot(blocks);
  const drawBlocks = () =>
    boots.length === 1
      ? resample(blocks, random)
      : resample(boots, random).flatMap((boot) => resample(boot, random));
  const ratios = sortedSample(
    Array.from({ length: RESAMPLES }, () =>
      estimate(drawBlocks(), (values) => resample(values, random)),
    ),
  );
  return {
    ratio,
    interval95: [quantile(ratios, 0.025), quantile(ratios, 0.975)],
    blocks: blocks.length,
  };
}
