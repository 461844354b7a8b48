import { describe, expect, it } from 'vitest';
import { DARK, LIGHT, strokeOf } from './theme.ts';

/** Relative luminance of a colour (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('lines on a %s ground', (_, theme) => {
  it('have the contrast of a graphical object, 3:1 (WCAG 2.2, 1.4.11)', () => {
    const places = theme.lines.map((_colour, place) => strokeOf(place, theme));
    for (const colour of [...places, ...Object.values(theme.strokes), theme.ink, theme.soft]) {
      expect(contrast(colour, theme.background), colour).toBeGreaterThanOrEqual(3);
    }
  });

  it('differ from each other', () => {
    expect(new Set(theme.lines).size).toBe(theme.lines.length);
  });
});
