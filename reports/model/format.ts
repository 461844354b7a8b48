/**
 * Numbers as people read them. The same everywhere, whatever the locale of the machine.
 */
import { ARM_LABELS, type Arm, type Unit } from '../../bench/words.ts';

/** Digits that a number below 100 keeps at least, besides zeros at its end. */
const SIGNIFICANT = 3;
/** From here on, up and down, zeros would be counted: it is written with a power of ten. */
const [LARGE, SMALL] = [1e15, 1e-3];

/** Decimals of a number below 100 that keep its significant digits. */
function decimalsOf(size: number, digits: number): number {
  return size === 0 ? 0 : Math.max(digits, SIGNIFICANT - 1 - Math.floor(Math.log10(size)));
}

/**
 * A number with thousands separators: whole from 100 up, otherwise with `digits` decimals, or more where it
 * takes more for three significant digits.
 */
export function formatNumber(value: number, digits = 1): string {
  const size = Math.abs(value);
  if (Number.isFinite(value) && size !== 0 && (size < SMALL || size >= LARGE)) {
    const [mantissa = '', power = ''] = value.toExponential(SIGNIFICANT - 1).split('e');
    return `${trimZeros(mantissa)}e${power.replace('+', '')}`;
  }
  const rounded =
    size >= 100 ? value.toFixed(0) : trimZeros(value.toFixed(decimalsOf(size, digits)));
  const [whole = '', fraction] = rounded.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** An interval, or a dash where there is none. */
export function formatInterval(interval: readonly [number, number] | null, digits = 1): string {
  if (interval === null) return '–';
  return `${formatNumber(interval[0], digits)}–${formatNumber(interval[1], digits)}`;
}

/** A ratio with its sign of multiplication. */
export function formatRatio(ratio: number): string {
  return `${ratio >= 100 ? formatNumber(ratio) : ratio.toFixed(2)} ×`;
}

/** Names of units after a number of them. */
export const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  instructions: 'instructions',
  ticks: 'ticks of the time-stamp counter',
  ns: 'nanoseconds',
  bytes: 'bytes',
  lines: 'lines',
  count: 'count',
};

/** Bytes as MiB or GiB. */
export function formatBytes(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return gib >= 1 ? `${formatNumber(gib)} GiB` : `${formatNumber(bytes / 2 ** 20)} MiB`;
}

/** Seconds as minutes and seconds. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A noun with its indefinite article, by its first letter. */
export function aOrAn(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** Label of an arm; its own name when it is somebody else's. */
export function armLabel(arm: string): string {
  return Object.hasOwn(ARM_LABELS, arm) ? ARM_LABELS[arm as Arm] : arm;
}

/** A ratio as a change: +3.2 %. */
export function formatChange(ratio: number): string {
  const percent = (ratio - 1) * 100;
  const digits = Math.abs(percent) < 10 ? 2 : 1;
  const text = percent.toFixed(digits);
  const signed = percent > 0 ? `+${text}` : text.replace('-', '−');
  return `${Number(text) === 0 ? (0).toFixed(digits) : signed} %`;
}
