/**
 * Numbers within an answer: with the digits that its interval needs, and no more.
 */

import type { Measure } from '../../../harness/analyse/analyse.ts';
import { formatNumber, UNIT_NAMES } from '../format.ts';

const MOST_DIGITS = 4;

/** A ratio; from 100 up whole. */
export function timesText(ratio: number, digits: number): string {
  return ratio >= 100 ? formatNumber(ratio) : ratio.toFixed(digits);
}

/** Decimals at which the ends of an interval differ, from 2 to 4; 2 where they are the same. */
export function digitsOf(interval: readonly [number, number] | null): number {
  if (interval === null) return 2;
  const [low, high] = interval;
  for (let digits = 2; digits <= MOST_DIGITS; digits++) {
    if (timesText(low, digits) !== timesText(high, digits)) return digits;
  }
  return 2;
}

/** How a figure is known besides its interval: counted exactly, or measured so often. */
export interface Known {
  exact: boolean;
  n: number;
}

function without(n: number): string {
  return `(no interval: measured ${n === 1 ? 'once' : `${formatNumber(n)} times`})`;
}

/** The interval of a ratio in brackets: exact where both ends are one number that was counted. */
export function ratioIntervalText(
  interval: readonly [number, number] | null,
  { exact, n }: Known,
): string {
  if (exact) return '(exact)';
  if (interval === null) return without(n);
  const digits = digitsOf(interval);
  return `(95 %: ${interval.map((end) => timesText(end, digits)).join('–')})`;
}

const KIB = 1024;
const MIB = 2 ** 20;

function bytesText(bytes: number): string {
  if (bytes < MIB) return `${formatNumber(bytes / KIB)} KiB`;
  return bytes < KIB * MIB
    ? `${formatNumber(bytes / MIB)} MiB`
    : `${formatNumber(bytes / (KIB * MIB))} GiB`;
}

/** A figure and its unit, apart. @param noun what is counted, where the unit does not say it */
export function valueParts(value: number, unit: Measure['unit'], noun?: string): [string, string] {
  if (unit === 'bytes') {
    const [number = '', name = ''] = bytesText(value).split(' ');
    return [number, name];
  }
  const name = noun ?? (unit === 'count' ? '' : unit === 'ticks' ? 'ticks' : UNIT_NAMES[unit]);
  return [formatNumber(value, 2), name];
}

/** A figure with its unit. @param noun what is counted, where the unit does not say it */
export function valueText(value: number, unit: Measure['unit'], noun?: string): string {
  return valueParts(value, unit, noun).join(' ').trim();
}

/** The interval of a median in brackets. */
export function medianIntervalText(
  interval: readonly [number, number] | null,
  { exact, n }: Known,
): string {
  if (exact) return '(exact)';
  if (interval === null) return without(n);
  return `(95 %: ${interval.map((end) => formatNumber(end, 2)).join('–')})`;
}
