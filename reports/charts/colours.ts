/**
 * Colours that are put into a picture after it is drawn: one drawing then serves paper, light screens
 * and dark ones. Drawing is most of a report's cost.
 */
import type { Arm } from '../../bench/words.ts';
import { DARK, LIGHT, type Theme } from './theme.ts';

/** The surroundings of a picture. */
export type Surroundings = 'light' | 'dark';

/** What one colour is in each of the surroundings. */
type Pair = Record<Surroundings, string>;

const pairs: Pair[] = [];

/** Signs look like colours, are none of a theme, and come out of Skia as they went in. */
const FIRST = 0x10;
const SIGN = /\b(fill|stroke)="#a1b2([0-9a-f]{2})"/gi;

/** The sign of what is `light` in one theme and `dark` in the other. */
function signOf(light: string, dark: string): string {
  const known = pairs.findIndex((pair) => pair.light === light && pair.dark === dark);
  const index = known >= 0 ? known : pairs.push({ light, dark }) - 1;
  return `#a1b2${(index + FIRST).toString(16)}`;
}

function signsOf(light: Theme['series'], dark: Theme['series']): Theme['series'] {
  const arms = Object.keys(light) as Arm[];
  return Object.fromEntries(
    arms.map((arm) => [arm, signOf(light[arm], dark[arm])]),
  ) as Theme['series'];
}

/** The theme of pictures that are coloured later: a sign for each colour. */
export const UNCOLOURED: Theme = {
  background: signOf(LIGHT.background, DARK.background),
  ink: signOf(LIGHT.ink, DARK.ink),
  soft: signOf(LIGHT.soft, DARK.soft),
  grid: signOf(LIGHT.grid, DARK.grid),
  series: signsOf(LIGHT.series, DARK.series),
  strokes: signsOf(LIGHT.strokes, DARK.strokes),
  lines: LIGHT.lines.map((colour, index) => signOf(colour, DARK.lines[index] ?? colour)),
  parts: LIGHT.parts.map(({ colour, hatch, lines }, index) => {
    const dark = DARK.parts[index] ?? { colour, lines };
    return { colour: signOf(colour, dark.colour), hatch, lines: signOf(lines, dark.lines) };
  }),
};

/** Puts something in the place of each sign. Text of a picture is left alone: it has no bare quotes. */
function replaced(svg: string, colourOf: (index: number) => string): string {
  return svg.replace(
    SIGN,
    (_, attribute, sign) => `${attribute}="${colourOf(Number.parseInt(sign, 16) - FIRST)}"`,
  );
}

/** A picture in the colours of its surroundings. */
export function coloured(svg: string, where: Surroundings): string {
  return replaced(svg, (index) => (pairs[index] as Pair)[where]);
}

/** A picture in an HTML page, in the colours that the page's style gives it (`chartColours`). */
export function colouredByPage(svg: string): string {
  return replaced(svg, (index) => `var(--chart-${index})`);
}

/** Declarations for the style of a page, of the colours of its pictures. */
export function chartColours(where: Surroundings): string {
  return pairs.map((pair, index) => `--chart-${index}:${pair[where]}`).join(';');
}
