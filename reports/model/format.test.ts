import { describe, expect, it } from 'vitest';
import {
  aOrAn,
  armLabel,
  formatBytes,
  formatInterval,
  formatNumber,
  formatRatio,
  formatSeconds,
} from './format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [5, '5'],
    [5.7, '5.7'],
    [99.96, '100'],
    [100.4, '100'],
    [1234.5, '1,235'],
    [1234567, '1,234,567'],
    [-1234, '-1,234'],
    [-0.25, '-0.25'],
    [3.7e-6, '3.7e-6'],
    [3.607e-6, '3.61e-6'],
    [0.004275, '0.00428'],
    [1.85192, '1.85'],
    [12.345, '12.3'],
    [1e-317, '1e-317'],
    [1e300, '1e300'],
    [2.5e15, '2.5e15'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('armLabel', () => {
  it.each(['constructor', 'toString', '__proto__'])('%s is a name like any other', (name) => {
    expect(armLabel(name)).toBe(name);
  });
});

describe('other formats', () => {
  it('write intervals, ratios, bytes and seconds', () => {
    expect(formatInterval([1000, 2000.6])).toBe('1,000–2,001');
    expect(formatInterval(null)).toBe('–');
    expect(formatRatio(7.456)).toBe('7.46 ×');
    expect(formatBytes(2 ** 31)).toBe('2 GiB');
    expect(formatBytes(3 * 2 ** 20)).toBe('3 MiB');
    expect(formatSeconds(59.4)).toBe('59 s');
    expect(formatSeconds(125)).toBe('2 min 5 s');
    expect([aOrAn('page'), aOrAn('event')]).toEqual(['a page', 'an event']);
  });
});
