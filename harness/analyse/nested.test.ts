import { describe, expect, it } from 'vitest';
import { countUnits, nest, pooled, sortedOf } from './nested.ts';
import { nestedOf } from './testing/nested-data.ts';

const DATA = nestedOf([[[[3, 1], [2]], [[9]]], [[[4]]]]);

describe('nest', () => {
  it('counts the units of every level', () => {
    expect(countUnits(DATA)).toEqual({ run: 1, boot: 2, domain: 2, block: 3, batch: 4, page: 5 });
  });

  it('keeps the order of measurement', () => {
    expect([...pooled(DATA)]).toEqual([3, 1, 2, 9, 4]);
  });

  it('is sorted once, whoever asks, and stays in its order', () => {
    expect([...sortedOf(DATA)]).toEqual([1, 2, 3, 4, 9]);
    expect(sortedOf(DATA)).toBe(sortedOf(DATA));
    const one = nestedOf([[[[3, 1, 2]]]]);
    expect([...sortedOf(one)]).toEqual([1, 2, 3]);
    expect([...pooled(one)]).toEqual([3, 1, 2]);
  });

  it('refuses nothing, an empty batch, and two batches in one place', () => {
    const batch = { path: ['0', '0', '0', '0', '0'], values: Float64Array.of(1) };
    expect(() => nest([])).toThrow('empty');
    expect(() => nest([{ ...batch, values: new Float64Array(0) }])).toThrow('empty');
    expect(() => nest([batch, batch])).toThrow('two batches');
  });
});
