/**
 * How many times dearer one arm is than another, with a 95 % interval.
 *
 * Arms are paired by block, since a block's jobs ran next to each other. A block's ratio is that of its
 * medians (of its batches' medians). The interval is Student's t on the logarithms of the ratios of the
 * highest level of which there are two units or more: boots, creations of the domains, blocks. T.
 * Kalibera and R. Jones, "Rigorous benchmarking in reasonable time", ISMM 2013; paired ratios by
 * logarithms: J. M. Bland and D. G. Altman, "The use of transformation when comparing two means", BMJ
 * 312, 1996.
 */
import type { IntervalBasis } from './median-interval.ts';
import { quantile, sortedSample } from './quantile.ts';
import { intervalOfEstimate, meanOf } from './student.ts';

/** Medians of the batches of one block, of either arm. */
export interface BlockPair {
  /** Boot of the testbed that the block belongs to; 0 when it is left out. */
  boot?: number;
  /** Creation of the domains in it; one when it is left out. */
  domain?: string;
  numerator: readonly number[];
  denominator: readonly number[];
}

/** A ratio of arms. */
export interface RatioEstimate {
  ratio: number;
  /** Undefined when there is one block only: its spread cannot be known. */
  interval95: [number, number] | undefined;
  basis: IntervalBasis;
  blocks: number;
}

function median(values: readonly number[]): number {
  return quantile(sortedSample(values), 0.5);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const NESTING = ['boot', 'domain', 'block'] as const;

/** Logarithms of the ratios of the units of a level: each the mean of what lies in it. */
function unitsOf(blocks: readonly BlockPair[], depth: number): number[] {
  const units = new Map<string, BlockPair[]>();
  blocks.forEach((block, place) => {
    const path = [block.boot ?? 0, block.domain ?? '0', place].slice(0, depth + 1).join('\n');
    units.set(path, [...(units.get(path) ?? []), block]);
  });
  if (depth < NESTING.length - 1) {
    return [...units.values()].map((parts) => mean(unitsOf(parts, depth + 1)));
  }
  return blocks.map(({ numerator, denominator }) =>
    Math.log(median(numerator) / median(denominator)),
  );
}

/**
 * The ratio over these blocks.
 * @throws Error when there is no block, or a median that is not above zero
 */
export function ratioOfArms(blocks: readonly BlockPair[]): RatioEstimate {
  const all = blocks.flatMap((block) => [...block.numerator, ...block.denominator]);
  if (blocks.length === 0 || all.some((value) => !(value > 0))) {
    throw new Error('a ratio needs blocks with medians above zero');
  }
  const tiers = NESTING.map((level, depth) => ({ level, logs: unitsOf(blocks, depth) }));
  const repeated = tiers.find(({ logs }) => logs.length > 1);
  const ratio = Math.exp(mean(tiers[0]?.logs ?? []));
  if (repeated === undefined) {
    const reason = 'there is one block: how blocks differ is not known';
    const basis = { method: 'none', level: 'block', units: 1, reason } as const;
    return { ratio, interval95: undefined, basis, blocks: 1 };
  }
  const { level, logs } = repeated;
  const [low, high] = intervalOfEstimate(meanOf(logs));
  return {
    ratio,
    interval95: [Math.min(Math.exp(low), ratio), Math.max(Math.exp(high), ratio)],
    basis: { method: 'student', level, units: logs.length },
    blocks: blocks.length,
  };
}
