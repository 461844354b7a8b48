/**
 * The rule by which a run goes on until its ratios are known well enough: what `--until` says, which level
 * of repetition is added to, and when the interval is looked at. How often intervals cover that end a run
 * is in docs/calibration.md.
 */
import type { CommonOptions, RawRunOptions } from './options.ts';
import { usage } from './values.ts';

/** Units that are measured before the interval is looked at: fewer end too often on a lucky spread. */
export const FEWEST_UNITS = 10;

/** Blocks at most, where nothing else is said. */
export const MOST_BLOCKS = 60;

/** A level that units are added to. */
export type GrowingLevel = 'boots' | 'domains' | 'blocks';

/** When a run has measured enough. */
export interface Until {
  /** Width of the interval of each ratio of arms, upper bound over lower one less 1, in percent. */
  percent: number;
  level: GrowingLevel;
  /** Units of that level at most. */
  atMost: number;
}

/** The highest level that may be repeated: its units are what intervals count. */
function levelOf({ boots, domains }: Pick<CommonOptions, 'boots' | 'domains'>): GrowingLevel {
  if (boots > 1) return 'boots';
  return domains > 1 ? 'domains' : 'blocks';
}

/** @throws UserError of kind `usage` */
function percentOf(text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)\s?%?$/.exec(text)?.[1] ?? Number.NaN);
  if (percent >= 0.001 && percent <= 50) return percent;
  throw usage(`--until ${text}: no percentage from 0.001 to 50.`, 'Write it so: --until 0.5%');
}

/** Whether a run of these options repeats nothing but blocks. */
export function repeatsBlocks({ boots, domains }: RawRunOptions): boolean {
  return Number(boots ?? 1) <= 1 && Number(domains ?? 1) <= 1;
}

/**
 * The rule for these numbers, which are the most there may be; undefined where none was asked for.
 * @throws UserError of kind `usage` for no percentage, or for too few units
 */
export function untilOf(
  text: string | undefined,
  most: Pick<CommonOptions, GrowingLevel>,
): Until | undefined {
  if (text === undefined) return undefined;
  const percent = percentOf(text);
  const level = levelOf(most);
  if (most[level] < FEWEST_UNITS) {
    throw usage(
      `--until ${text} --${level} ${most[level]}: ${FEWEST_UNITS} ${level} are measured before an interval is looked at.`,
      `Give --${level} at least ${FEWEST_UNITS}, which is then the most, or leave it out.`,
    );
  }
  return { percent, level, atMost: most[level] };
}

/** Whether the interval is looked at after so many units: from 10 on, at each tenth more. */
export function isLook(units: number): boolean {
  let look = FEWEST_UNITS;
  while (look < units) look = Math.max(look + 1, Math.floor(look * 1.1));
  return look === units;
}
