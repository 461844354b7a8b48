import { loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { BARS, CHARTS, LINES, STACKED } from '../testing/charts.ts';
import { type ChartLayout, drawChart, drawVectorChart } from './chart.ts';
import { DARK, LIGHT } from './theme.ts';

/** Text of an SVG, in its order. */
function textOf(svg: string): string {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).join('\n');
}

const EVERY = CHARTS.flatMap((chart) =>
  (['wide', 'narrow'] as const).map((layout): [string, ChartLayout, typeof chart] => [
    chart.id,
    layout,
    chart,
  ]),
);

describe('drawVectorChart', () => {
  it.each(EVERY)('%s, %s: text, lines and no pixels', (_id, layout, chart) => {
    const { svg, width, height } = drawVectorChart(chart, LIGHT, layout);
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
    expect(svg).not.toMatch(/<image|NaN|Infinity|undefined/);
    for (const { title } of chart.panels) expect(textOf(svg)).toContain(title);
    expect([...svg.matchAll(/font-family="([^"]*)"/g)].map(([, name]) => name)).toEqual(
      [...svg.matchAll(/<text/g)].map(() => 'DejaVu Sans'),
    );
  });

  it('is the same each time', () => {
    for (const chart of CHARTS) {
      const [first, again] = [1, 2].map(() => drawVectorChart(chart, LIGHT, 'wide').svg);
      expect(first === again, chart.id).toBe(true);
    }
  });

  it('names each definition once, and every one that is used', () => {
    const { svg } = drawVectorChart(LINES, DARK, 'wide');
    const ids = [...svg.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('gives every part, line and series its name and colour', () => {
    const stacked = drawVectorChart(STACKED, LIGHT, 'wide').svg;
    for (const [index, { colour }] of LIGHT.parts.entries()) {
      expect(stacked.toLowerCase(), `part ${index}`).toContain(colour);
    }
    expect(textOf(stacked)).toMatch(/walk[\s\S]*clock/);
    const lines = drawVectorChart(LINES, LIGHT, 'narrow').svg;
    expect(textOf(lines)).toMatch(/Dom0, cold[\s\S]*Mini-OS, cold/);
    expect(drawVectorChart(BARS, LIGHT, 'wide').svg.toLowerCase()).toContain(LIGHT.series.minios);
  });
});

describe('drawChart', () => {
  it.each(EVERY)('%s, %s: has the size of its vector picture', async (_id, layout, chart) => {
    const { png, width, height } = await drawChart(chart, DARK, layout);
    const vector = drawVectorChart(chart, DARK, layout);
    expect([width, height]).toEqual([vector.width, vector.height]);
    const image = await loadImage(png);
    expect([image.width, image.height]).toEqual([width * 2, height * 2]);
  });
});
