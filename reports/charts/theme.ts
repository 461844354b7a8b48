/**
 * Colours and hatches of charts. Neighbours in the palette differ in lightness first, and in hatch
 * besides, so that they stay apart in greyscale and to every eye.
 */
import type { Arm } from '../../bench/words.ts';
import type { Shade } from '../model/types.ts';

/** Lines over a surface. `rising` is `/`, `falling` is `\`. */
export type Hatch = 'none' | 'rising' | 'falling' | 'crossed' | 'level' | 'upright' | 'dotted';

/** How a surface looks. */
export interface Fill {
  colour: string;
  hatch: Hatch;
  /** Colour of the hatch's lines. */
  lines: string;
}

/** Colours of one surrounding. */
export interface Theme {
  background: string;
  ink: string;
  soft: string;
  grid: string;
  /** Surfaces of the arms. */
  series: Readonly<Record<Arm, string>>;
  /** Lines of the arms, which are thin and need more contrast. */
  strokes: Readonly<Record<Arm, string>>;
  /** Lines without a meaning of their own, in the order in which they are used. */
  lines: readonly string[];
  /** Surfaces without a meaning of their own, in the order in which they are used. */
  parts: readonly Fill[];
}

/** Colours of the arms. An arm measured again has that of the first time. */
function seriesOf(
  ...[dom0, minios, linux, libvmi, own]: readonly [string, string, string, string, string]
): Theme['series'] {
  return {
    dom0,
    minios,
    'linux-domu': linux,
    'dom0-libvmi': libvmi,
    'minios-own': own,
    'dom0-again': dom0,
    'minios-again': minios,
  };
}

const HATCHES: readonly Hatch[] = [
  'none',
  'rising',
  'falling',
  'crossed',
  'none',
  'dotted',
  'level',
  'upright',
];

/** Parts of these colours; lines over light ones are dark and over dark ones light. */
function partsOf(colours: readonly [string, string][]): Fill[] {
  return colours.map(([colour, lines], index) => ({
    colour,
    hatch: HATCHES[index] ?? 'none',
    lines,
  }));
}

const INK = '#1c2430';
const PAPER = '#ffffff';

/** For white paper and light screens: contrast of the series 9:1 and 1.9:1 against white. */
export const LIGHT: Theme = {
  background: PAPER,
  ink: INK,
  soft: '#5a6675',
  grid: '#e3e8ee',
  series: seriesOf('#1f4e79', '#f0a63c', '#4f93d2', '#7f8c99', '#b1604e'),
  strokes: seriesOf('#1f4e79', '#c9750c', '#4f93d2', '#7f8c99', '#7a3b2e'),
  lines: [
    ...['#1f4e79', '#c9750c', '#4f93d2', '#7a3b2e'],
    ...['#5a6675', '#3f7d58', '#b1604e', '#6b4fa0'],
  ],
  parts: partsOf([
    ['#1f4e79', PAPER],
    ['#f0a63c', INK],
    ['#4f93d2', PAPER],
    ['#f3dcb8', INK],
    ['#cfd8e3', INK],
    ['#7a3b2e', PAPER],
    ['#3f7d58', PAPER],
    ['#e9b7a8', INK],
  ]),
};

/** For dark screens. */
export const DARK: Theme = {
  background: '#14181e',
  ink: '#e6eaf0',
  soft: '#a2adbb',
  grid: '#2b333e',
  series: seriesOf('#4f93d2', '#ffd08a', '#2c5f94', '#6c7886', '#b1604e'),
  strokes: seriesOf('#4f93d2', '#ffd08a', '#6ba4d8', '#a2adbb', '#f0c8bc'),
  lines: [
    ...['#4f93d2', '#ffd08a', '#9cc7ee', '#f0c8bc'],
    ...['#a2adbb', '#6fbf8f', '#d98a78', '#b39ddb'],
  ],
  parts: partsOf([
    ['#4f93d2', '#14181e'],
    ['#ffd08a', '#14181e'],
    ['#2c5f94', PAPER],
    ['#f7ead2', '#14181e'],
    ['#e6eaf0', '#14181e'],
    ['#b1604e', '#14181e'],
    ['#4d8f68', '#14181e'],
    ['#f0c8bc', '#14181e'],
  ]),
};

/** The surface of the n-th part; the palette begins again when it is used up. */
export function partFill(index: number, { parts }: Theme): Fill {
  return parts[index % parts.length] as Fill;
}

/** The colour that a line is drawn with. */
export function strokeOf(shade: Shade, theme: Theme): string {
  const { lines, strokes } = theme;
  return typeof shade === 'number' ? (lines[shade % lines.length] as string) : strokes[shade];
}
