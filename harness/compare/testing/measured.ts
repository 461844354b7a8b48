/**
 * Results with made-up samples, for tests of comparisons.
 */
import type { Measured } from '../../../results/measured.ts';
import { normal } from '../../analyse/draws.ts';
import { seededRandom } from '../../plan/prng.ts';

/** What a made-up result is like. */
export interface MadeUp {
  id?: string;
  seed?: number;
  arms?: readonly string[];
  states?: readonly string[];
  boots?: number;
  pages?: number;
  /** Median cost of a page. */
  centre?: number;
  /** Spread of boots and of pages, as parts of the centre. */
  bootSpread?: number;
  pageSpread?: number;
  identity?: Readonly<Record<string, string>>;
  buildTools?: string;
}

const IDENTITY = {
  testbed: 'emulated',
  clock: 'counted, in instructions',
  'clock.minios': 'tsc, native',
  xen: '4.17.5',
  'page-walk.pages': '500',
};

/** A result: three blocks of two batches a boot, in every arm and state. */
export function madeUpMeasured({
  id = 'run',
  seed = 1,
  arms = ['minios'],
  states = ['cold'],
  boots = 1,
  pages = 50,
  centre = 1000,
  bootSpread = 0,
  pageSpread = 0.01,
  identity = {},
  buildTools,
}: MadeUp = {}): Measured {
  const random = seededRandom(seed);
  const groups = arms.flatMap((arm) =>
    states.map((state) => ({
      benchmark: 'page-walk',
      arm,
      state,
      phase: 'total',
      unit: 'instructions',
      batches: Array.from({ length: boots }, (_, boot) => {
        const level = centre * (1 + bootSpread * normal(random));
        return Array.from({ length: 6 }, (_, batch) => ({
          path: [id, `${boot}`, '0', `${batch >> 1}`, `${batch}`],
          values: Float64Array.from(
            { length: pages },
            () => level + centre * pageSpread * normal(random),
          ),
        }));
      }).flat(),
    })),
  );
  return {
    id,
    folder: `/runs/${id}`,
    digest: '0'.repeat(64),
    startedAt: '2026-01-01T00:00:00.000Z',
    commit: null,
    identity: { ...IDENTITY, ...identity },
    buildTools,
    groups,
  };
}
