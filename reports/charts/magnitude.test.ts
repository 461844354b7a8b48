import { describe, expect, it } from 'vitest';
import type { LinePanel } from '../model/types.ts';
import { LINES } from '../testing/charts.ts';
import { drawVectorChart } from './chart.ts';
import { inMagnitude, inPower, powerOf } from './magnitude.ts';
import { LIGHT } from './theme.ts';

describe('powerOf', () => {
  it.each([
    [[0], 0],
    [[0.5, 3], 0],
    [[3.7e-6], -6],
    [[1e-317], -318],
    [[2e300], 300],
    [[1, 5e13], 12],
  ])('%j are drawn in 10 to the power of %d', (values, power) => {
    expect(powerOf(values)).toBe(power);
  });
});

describe('very small and very large values', () => {
  const panelOf = (unit: number): LinePanel => ({
    ...{ kind: 'lines', title: 't', subtitle: '', x: { label: 's', scale: 'linear' } },
    y: { label: 'share', scale: 'linear' },
    lines: [
      {
        ...{ label: 'a', shade: 0, drawn: 'points' },
        points: [1, 2, 3].map((x) => ({ x: x * unit, y: x, interval: [x - 0.5, x + 0.5] })),
      },
    ],
  });

  it('become values that can be told apart', () => {
    const { x, lines } = inMagnitude(panelOf(1e-317));
    expect(x.label).toBe('s × 1e-318');
    expect(lines[0]?.points.map((point) => point.x)).toEqual(
      [10, 20, 30].map((value) => expect.closeTo(value, 4)),
    );
    expect(inPower(2e300, 300)).toBeCloseTo(2, 12);
  });

  it.each([1e-317, 3.7e-6, 1e300])(
    'around %s are drawn to the end',
    (unit) => {
      const chart = { ...LINES, panels: [panelOf(unit)] };
      expect(drawVectorChart(chart, LIGHT, 'wide').svg).toContain('× 1e');
    },
    10_000,
  );
});
