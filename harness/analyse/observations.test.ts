import { describe, expect, it } from 'vitest';
import type { Observation } from '../run/observation.ts';
import { analyseObservations } from './observations.ts';

const HEAD = { benchmark: 'code-size', headline: 'total' };

function found(change: Partial<Observation>): Observation {
  return {
    ...{ arm: 'minios', state: 'lines', phase: 'total', unit: 'lines', value: 100 },
    ...{ repeat: 0, detail: '' },
    ...change,
  };
}

describe('analyseObservations', () => {
  it('gives a fact that was found once as a measure without an interval', () => {
    const { measures } = analyseObservations([found({})], HEAD);
    expect(measures).toEqual([
      {
        ...{ benchmark: 'code-size', arm: 'minios', state: 'lines', phase: 'total', unit: 'lines' },
        ...{ n: 1, min: 100, p50: 100, p95: 100, p99: 100, max: 100, mean: 100, interval95: null },
        basis: expect.objectContaining({
          method: 'none',
          reason: expect.stringContaining('one value'),
        }),
      },
    ]);
  });

  it('gives the spread of one that was found again and again', () => {
    const values = [3, 1, 2, 5, 4, 6, 7, 9, 8];
    const repeats = values.map((value, repeat) => found({ value, repeat, unit: 'count' }));
    const [measure] = analyseObservations(repeats, HEAD).measures;
    expect(measure).toMatchObject({ n: 9, min: 1, p50: 5, max: 9, mean: 5 });
    expect(measure?.interval95).not.toBeNull();
  });

  it('compares other arms with Mini-OS, in the headline alone, and claims no interval', () => {
    const { ratios } = analyseObservations(
      [
        found({}),
        found({ phase: 'kernel', value: 60 }),
        found({ arm: 'dom0', value: 250 }),
        found({ arm: 'dom0', phase: 'kernel', value: 200 }),
      ],
      HEAD,
    );
    expect(ratios).toEqual([
      {
        ...{ benchmark: 'code-size', state: 'lines', phase: 'total', numerator: 'dom0' },
        ...{ denominator: 'minios', ratio: 2.5, interval95: null, blocks: 1 },
      },
    ]);
  });

  it('gives no ratio to nothing', () => {
    const { ratios } = analyseObservations([found({ value: 0 }), found({ arm: 'dom0' })], HEAD);
    expect(ratios).toEqual([]);
  });

  it('refuses a fact in two units', () => {
    expect(() => analyseObservations([found({}), found({ unit: 'bytes' })], HEAD)).toThrow(
      'two units',
    );
  });
});
