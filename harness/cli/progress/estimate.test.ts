import { describe, expect, it } from 'vitest';
import { expectedOf, stepName } from './estimate.ts';

const samples = (run: string, ...seconds: number[]) =>
  seconds.map((one) => ({ seconds: one, run }));

describe('what is expected', () => {
  it('is nothing without a time', () => {
    expect(expectedOf([], 'a')).toBeUndefined();
  });

  it('is the median of the latest five', () => {
    expect(expectedOf(samples('a', 900, 900, 900, 1, 2, 30, 4, 5), 'a')).toEqual({
      seconds: 4,
      runs: 5,
    });
  });

  it('is the shorter of two in the middle', () => {
    expect(expectedOf(samples('a', 150, 8), 'a')).toEqual({ seconds: 8, runs: 2 });
  });

  it('is of the same kind of run, or else of any', () => {
    const all = [...samples('a', 10, 12, 11), ...samples('b', 1, 2, 3, 4, 5)];
    expect(expectedOf(all, 'a')).toEqual({ seconds: 11, runs: 3 });
    expect(expectedOf(all, 'c')).toEqual({ seconds: 3, runs: 5 });
  });
});

it.each([
  ['booting the emulated host', 'booting the emulated host'],
  ['Measuring: 50 jobs', 'Measuring: 50 jobs'],
  ['installing 6 Debian packages: m4', 'installing 6 Debian packages: m#'],
  ['downloading 34 packages (11.5 MB)', 'downloading 34 packages (# MB)'],
  ['downloading linux-image-6.1.0-57-amd64 (70.6 MB)', 'downloading linux-image-#-#-amd# (# MB)'],
  ['Pair 3 of 32', 'Pair # of #'],
  ['waiting 120 s', 'waiting # s'],
  ['pages at 0x5a0000000000', 'pages at #'],
])('%j is known as %j', (text, name) => {
  expect(stepName(text)).toBe(name);
});
