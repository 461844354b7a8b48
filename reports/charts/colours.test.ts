import { describe, expect, it } from 'vitest';
import { CHARTS } from '../testing/charts.ts';
import { drawVectorChart } from './chart.ts';
import { chartColours, coloured, colouredByPage, UNCOLOURED } from './colours.ts';
import { DARK, LIGHT } from './theme.ts';

describe('pictures that are coloured later', () => {
  it.each(CHARTS)('$id: have the bytes of one that is drawn in its colours', (chart) => {
    const drawn = drawVectorChart(chart, UNCOLOURED, 'wide').svg;
    const named = (svg: string) =>
      svg.replaceAll('"white"', '"#ffffff"').replace(/#[0-9a-f]{6}\b/gi, (c) => c.toLowerCase());
    for (const [where, theme] of [
      ['light', LIGHT],
      ['dark', DARK],
    ] as const) {
      const direct = drawVectorChart(chart, theme, 'wide').svg;
      expect(named(coloured(drawn, where)) === named(direct), where).toBe(true);
    }
  });

  it.each(CHARTS)('$id: have no colour of their own on a page', (chart) => {
    const svg = colouredByPage(drawVectorChart(chart, UNCOLOURED, 'narrow').svg);
    const colours = [...svg.matchAll(/\b(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
    const variables = colours.filter((colour) => colour !== 'none');
    expect(variables.length).toBeGreaterThan(10);
    for (const where of ['light', 'dark'] as const) {
      for (const variable of variables) {
        const [, name] = /^var\((.*)\)$/.exec(variable ?? '') ?? [];
        expect(`${chartColours(where)};`).toMatch(new RegExp(`${name}:#[0-9a-f]{6};`));
      }
    }
  });

  it('leave text alone that looks like a sign', () => {
    const svg = `<text fill="${UNCOLOURED.ink}">fill=&quot;${UNCOLOURED.ink}&quot;</text>`;
    expect(coloured(svg, 'light')).toBe(
      `<text fill="${LIGHT.ink}">fill=&quot;${UNCOLOURED.ink}&quot;</text>`,
    );
  });
});
