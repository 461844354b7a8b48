import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import { diagnose } from './diagnose.ts';
import { normal } from './draws.ts';
import { nest } from './nested.ts';
import { sortedSample } from './quantile.ts';
import { cliffsDelta, mannWhitney } from './rank-tests.ts';

/** A million samples that all differ: the worst case, 2,000 batches in 20 boots. */
function million() {
  const random = seededRandom(1);
  return Array.from({ length: 2000 }, (_, batch) => ({
    path: ['run', `${batch % 20}`, '0', `${((batch / 20) % 10) | 0}`, `${batch}`],
    values: Float64Array.from({ length: 500 }, () => 1e6 + 1000 * normal(random)),
  }));
}

describe('a million samples', () => {
  it('are diagnosed and compared in under 10 s and 1 GiB', () => {
    const batches = million();
    const started = process.cpuUsage();
    const data = nest(batches);
    const { units, interval95 } = diagnose(data);
    const sorted = sortedSample(batches.flatMap(({ values }) => [...values]));
    mannWhitney(sorted, sorted);
    expect(cliffsDelta(sorted, sorted)).toBeCloseTo(0, 12);
    // Time of the processor: what a machine with nothing else to do would take.
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    expect(units).toMatchObject({ boot: 20, batch: 2000, page: 1_000_000 });
    const [low, high] = interval95 as [number, number];
    expect(high - low).toBeLessThan(20);
    expect(seconds).toBeLessThan(10);
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  }, 60_000);
});
