import { describe, expect, it } from 'vitest';
import { tickLabel } from './options.ts';

describe('tickLabel', () => {
  it.each([
    [0, 2000, '0'],
    [5000, 1000, '5,000'],
    [12_000, 2000, '12k'],
    [12_500, 500, '12.5k'],
    [12_500, 2500, '12.5k'],
    [2_500_000, 500_000, '2.5M'],
    [692.5, 0.5, '692.5'],
    [693, 0.5, '693.0'],
    [0.2, 0.2, '0.2'],
    [0.25, 0.25, '0.25'],
  ])('%d, %d from the next, is %s', (value, step, text) => {
    expect(tickLabel(value, step)).toBe(text);
  });
});
