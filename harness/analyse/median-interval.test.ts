import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import { normal } from './draws.ts';
import { medianInterval, ratioOfMedians } from './median-interval.ts';
import { nest } from './nested.ts';
import { nestedOf } from './testing/nested-data.ts';

const batch = (values: readonly number[], place = '0') => ({
  path: ['0', '0', '0', '0', place],
  values: Float64Array.from(values),
});

describe('medianInterval', () => {
  it('counts the highest level that was repeated', () => {
    const blocks = nestedOf([
      [
        [[1], [2]],
        [[3], [4]],
      ],
    ]);
    expect(medianInterval(blocks).basis).toMatchObject({ level: 'block', units: 2 });
    const boots = nestedOf([[[[1], [2]]], [[[3], [4]]], [[[5]]]]);
    expect(medianInterval(boots).basis).toMatchObject({ level: 'boot', units: 3 });
  });

  it("is Student's t on logarithms; R: exp(t.test(log(c(10, 11, 13)))$conf.int)", () => {
    const { interval95 } = medianInterval(nestedOf([[[[10]], [[11]], [[13]]]]));
    expect(interval95?.[0]).toBeCloseTo(8.1002844, 6);
    expect(interval95?.[1]).toBeCloseTo(15.66957045, 6);
  });

  it.each([1, 2, 5])('says why there is none of %i values in one batch', (count) => {
    const { interval95, basis } = medianInterval(nest([batch(Array(count).fill(1))]));
    expect(interval95).toBeNull();
    expect(basis.reason).toContain('takes 6 values, or two batches');
  });

  it('cuts a series whose neighbours are alike into few stretches, and others into many', () => {
    const random = seededRandom(1);
    const series = (r: number) => {
      let last = 0;
      return Array.from({ length: 600 }, () => {
        last = r * last + Math.sqrt(1 - r * r) * normal(random);
        return 100 + last;
      });
    };
    const [loose, alike] = [series(0), series(0.9)].map((values) =>
      medianInterval(nest([batch(values)])),
    );
    expect(loose?.basis).toMatchObject({ level: 'stretch', units: 20 });
    expect(alike?.basis.level).toBe('stretch');
    expect(alike?.basis.units).toBeLessThan(8);
  });

  it('cuts a series that drifts in two, and warns', () => {
    const values = Array.from({ length: 200 }, (_, i) => 100 + i);
    expect(medianInterval(nest([batch(values)])).basis).toMatchObject({
      ...{ level: 'stretch', units: 2, caution: 'drifts' },
    });
  });

  it('warns of a short series whose neighbours are alike', () => {
    const values = Array.from({ length: 30 }, (_, i) => 100 + Math.floor(i / 10));
    expect(medianInterval(nest([batch(values)])).basis).toMatchObject({
      ...{ method: 'order-statistics', caution: 'correlated' },
    });
  });

  it('has what is not known of a base that was taken off', () => {
    const trips = [100, 101, 102].map((value, place) => batch([value], `${place}`));
    const still = [0, 1, 2].map((place) => batch([50], `${place}`));
    const shaky = [40, 50, 60].map((value, place) => batch([value], `${place}`));
    const width = (base: typeof still) => {
      const [low, high] = medianInterval(nest(trips, base)).interval95 as [number, number];
      return high - low;
    };
    expect(width(shaky)).toBeGreaterThan(5 * width(still));
  });
});

describe('ratioOfMedians', () => {
  it('takes one run to vary as several of the other side do', () => {
    const runs = nestedOf([[[[100]]], [[[102]]], [[[104]]]]);
    const one = nestedOf([[[[103]]]]);
    const there = ratioOfMedians(runs, one).interval95 as [number, number];
    const back = ratioOfMedians(one, runs).interval95 as [number, number];
    expect(there[0]).toBeCloseTo(1 / back[1], 9);
    expect(there[0]).toBeLessThan(0.95);
    expect(there[1]).toBeGreaterThan(1.05);
  });
});
