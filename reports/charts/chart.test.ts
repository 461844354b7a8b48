import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../model/types.ts';
import { drawChart } from './chart.ts';
import { FONT, readFonts } from './font.ts';
import { loadFont } from './load-font.ts';
import { DARK, LIGHT, type Theme } from './theme.ts';

function chartOf(changes: Partial<Chart> = {}): Chart {
  const bar = (series: 'dom0' | 'minios', category: string, value: number) => ({
    series,
    category,
    value,
    interval: [value * 0.9, value * 1.1] as [number, number],
    label: String(value),
  });
  return {
    id: 'x',
    title: 'x',
    legend: [],
    alternative: '',
    panels: [
      {
        kind: 'bars',
        title: 'Ours',
        subtitle: 'median',
        axis: 'instructions a page',
        scale: 'linear',
        foreign: false,
        bars: [bar('dom0', 'Dom0', 60_000), bar('minios', 'Mini-OS', 8_000)],
      },
      {
        kind: 'bars',
        title: 'Theirs',
        subtitle: 'mean',
        axis: 'microseconds',
        scale: 'linear',
        foreign: true,
        bars: [bar('dom0', 'Dom0', 5.7), bar('minios', 'Mini-OS', 3.7)],
      },
    ],
    ...changes,
  };
}

/** How many pixels have exactly this colour. */
async function pixelsOf(png: Uint8Array, colour: string): Promise<number> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const ctx = canvas.getContext('2d');
  ctx.drawImage(image, 0, 0);
  const { data } = ctx.getImageData(0, 0, image.width, image.height);
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++;
  }
  return count;
}

/** Relative luminance (WCAG 2.1). */
function luminance(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe('drawChart', () => {
  it('draws both panels in the size that it says', async () => {
    const { png, width, height } = await drawChart(chartOf(), LIGHT, 'wide');
    const image = await loadImage(png);
    expect([image.width, image.height]).toEqual([width * 2, height * 2]);
    expect(await pixelsOf(png, LIGHT.series.dom0)).toBeGreaterThan(10_000);
    expect(await pixelsOf(png, LIGHT.series.minios)).toBeGreaterThan(5_000);
  });

  it('stacks the panels where there is no room', async () => {
    const wide = await drawChart(chartOf(), DARK, 'wide');
    const narrow = await drawChart(chartOf(), DARK, 'narrow');
    expect(narrow.width).toBeLessThan(400);
    expect(narrow.height).toBeGreaterThan(wide.height);
  });

  it('writes its labels: text in ink is there, and more of it for longer labels', async () => {
    const of = async (title: string) => {
      const chart = chartOf();
      const panels = chart.panels.map((panel) => ({ ...panel, title }));
      return pixelsOf((await drawChart({ ...chart, panels }, LIGHT, 'wide')).png, LIGHT.ink);
    };
    const long = await of('A much longer title of a panel');
    expect(long).toBeGreaterThan((await of('A')) + 500);
  });

  it('draws a logarithmic axis with a legend', async () => {
    const [panel] = chartOf().panels;
    if (panel?.kind !== 'bars') throw new Error('no panel');
    const grouped = chartOf({
      legend: [
        { series: 'dom0', label: 'Dom0' },
        { series: 'minios', label: 'Mini-OS' },
      ],
      panels: [
        {
          ...panel,
          scale: 'logarithmic',
          bars: panel.bars.map((bar) => ({ ...bar, category: 'cold' })),
        },
      ],
    });
    for (const layout of ['wide', 'narrow'] as const) {
      const { png } = await drawChart(grouped, LIGHT, layout);
      expect(await pixelsOf(png, LIGHT.series.minios)).toBeGreaterThan(2_000);
    }
  });
});

describe('themes', () => {
  it.each<[string, Theme]>([
    ['light', LIGHT],
    ['dark', DARK],
  ])('%s: text is legible, and arms differ in luminance', (_name, theme) => {
    expect(contrast(theme.ink, theme.background)).toBeGreaterThan(7);
    expect(contrast(theme.soft, theme.background)).toBeGreaterThan(4.5);
    expect(contrast(theme.series.dom0, theme.series.minios)).toBeGreaterThan(2);
    expect(contrast(theme.strokes.dom0, theme.strokes.minios)).toBeGreaterThan(1.8);
    for (const stroke of Object.values(theme.strokes)) {
      expect(contrast(stroke, theme.background)).toBeGreaterThan(3);
    }
  });

  it.each<[string, Theme]>([
    ['light', LIGHT],
    ['dark', DARK],
  ])('%s: parts differ in hatch, or in luminance, without any colour', (_name, { parts }) => {
    for (const [index, part] of parts.entries()) {
      expect(part.hatch === 'none' || contrast(part.colour, part.lines) > 2.5).toBe(true);
      for (const other of parts.slice(index + 1)) {
        const apart = part.hatch !== other.hatch || contrast(part.colour, other.colour) > 2;
        expect(apart, `${part.colour} and ${other.colour}`).toBe(true);
      }
    }
  });
});

describe('loadFont', () => {
  it('registers the font', () => {
    loadFont();
    expect(GlobalFonts.has(FONT)).toBe(true);
  });

  it('says so, and what to do, when a file of it is missing', () => {
    expect(() => readFonts('/nowhere')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('/nowhere/DejaVuSans.ttf'),
        advice: expect.stringContaining('npm ci'),
      }),
    );
  });
});
