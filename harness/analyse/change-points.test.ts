import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import { changePoints } from './change-points.ts';
import { normal, uniform } from './draws.ts';

function noisy(levels: readonly (readonly [number, number])[], sd: number, seed: number) {
  const random = seededRandom(seed);
  return Float64Array.from(
    levels.flatMap(([length, level]) => Array.from({ length }, () => level + sd * normal(random))),
  );
}

/** Annual flow of the Nile at Aswan from 1871: G. W. Cobb, Biometrika 65, 1978, table 1. R's Nile. */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
  799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701,
  916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862,
  698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812,
  742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906,
  901, 1170, 912, 746, 919, 718, 714, 740,
];

describe('changePoints', () => {
  it('finds the one change of the Nile, after 1898, as Cobb and every later paper do', () => {
    const [change, ...others] = changePoints(Float64Array.from(NILE), 1);
    expect(others).toEqual([]);
    expect(change?.index).toBe(28);
    // R: mean(Nile[1:28]); mean(Nile[29:100]), from values held within 3 deviations
    expect(Math.abs((change?.before ?? 0) - 1097.75)).toBeLessThan(10);
    expect(Math.abs((change?.after ?? 0) - 849.97)).toBeLessThan(10);
  });

  it('finds steps up and down, to the place', () => {
    const series = noisy(
      [
        [60, 100],
        [40, 110],
        [50, 95],
      ],
      1,
      4,
    );
    expect(changePoints(series, 0.01).map(({ index }) => index)).toEqual([60, 100]);
  });

  it('finds a step in a series that otherwise repeats exactly, when it is above the resolution', () => {
    const series = Float64Array.from([...new Array(20).fill(2923.5), ...new Array(5).fill(2953)]);
    expect(changePoints(series, 0.3)).toEqual([
      { index: 20, before: 2923.5, after: 2953, p: expect.any(Number) },
    ]);
    expect(changePoints(series, 300)).toEqual([]);
  });

  it('takes one bad run for what it is', () => {
    const series = noisy([[50, 100]], 1, 2);
    series[25] = 1e6;
    expect(changePoints(series, 0.01)).toEqual([]);
  });

  it('raises a false alarm in at most 2 of 100 quiet series of 100 runs', () => {
    const alarms = Array.from({ length: 100 }, (_, seed) =>
      changePoints(noisy([[100, 1000]], 5, seed), 0.01),
    ).filter(({ length }) => length > 0);
    expect(alarms.length).toBeLessThanOrEqual(2);
  });

  it.each([2, 3, 5])('dates a change right that is %i runs old, with all of its size', (age) => {
    for (const sd of [0, 2]) {
      const series = noisy(
        [
          [28, 1000],
          [age, 1050],
        ],
        sd,
        age,
      );
      const changes = changePoints(series, 0.5);
      expect(changes.map(({ index }) => index)).toEqual([28]);
      expect(changes[0]?.before).toBeCloseTo(1000, sd === 0 ? 6 : -1);
      expect((changes[0]?.after ?? 0) / (changes[0]?.before ?? 1)).toBeCloseTo(1.05, 2);
    }
  });

  it.each([
    [0.2, 100, 3],
    [0.2, 30, 3],
    [0.05, 60, 3],
    [0.2, 10, 7],
  ])(
    'of series with a share of %d of another level, %i runs long, at most %i of 50 have a change',
    (share, n, most) => {
      const alarms = Array.from({ length: 50 }, (_, seed) => {
        const random = seededRandom(1000 + seed);
        const values = Array.from({ length: n }, () => (uniform(random) < share ? 1010 : 1000));
        return changePoints(Float64Array.from(values), 0.5);
      }).filter(({ length }) => length > 0);
      expect(alarms.length).toBeLessThanOrEqual(most);
    },
  );

  it('finds a change in a history of six or eight runs', () => {
    const few = (before: number, after: number) =>
      changePoints(
        Float64Array.from([...new Array(before).fill(100), ...new Array(after).fill(110)]),
        0.05,
      ).map(({ index }) => index);
    expect([few(3, 3), few(6, 2), few(8, 3)]).toEqual([[3], [6], [8]]);
  });

  it('finds a change of a series of two levels, and what came and went', () => {
    const random = seededRandom(5);
    const two = (length: number, level: number) =>
      Array.from({ length }, () => level + (uniform(random) < 0.2 ? 10 : 0));
    const places = (series: number[]) =>
      changePoints(Float64Array.from(series), 0.5).map(({ index }) => index);
    expect(places([...two(50, 1000), ...two(50, 1050)])).toEqual([50]);
    expect(places([...two(60, 1000), ...two(5, 1050), ...two(60, 1000)])).toEqual([60, 65]);
  });

  it('finds none in constant data, in one value or in two', () => {
    for (const values of [[], [1], [1, 9], new Array(50).fill(3)]) {
      expect(changePoints(Float64Array.from(values), 0.1)).toEqual([]);
    }
  });

  it('finds the same places wherever zero is and whatever the scale', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 5, max: 30 }), fc.integer({ max: 500, min: 0 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: -1000, max: 1000 }), (levels, shift) => {
        const series = noisy(levels, 4, 1).map(Math.round);
        const places = (values: Float64Array, resolution: number) =>
          changePoints(values, resolution).map(({ index }) => index);
        expect(
          places(
            series.map((value) => 4 * value + shift),
            2,
          ),
        ).toEqual(places(series, 0.5));
      }),
      { numRuns: 20 },
    );
  });
});
