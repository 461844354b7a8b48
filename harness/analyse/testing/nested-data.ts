/**
 * Nested samples for tests.
 */
import { seededRandom } from '../../plan/prng.ts';
import { normal } from '../draws.ts';
import { type Nested, nest } from '../nested.ts';

/** A sample with these values, by boot, block and batch; one run and one domain a boot. */
export function nestedOf(boots: readonly (readonly (readonly (readonly number[])[])[])[]): Nested {
  return nest(
    boots.flatMap((blocks, boot) =>
      blocks.flatMap((batches, block) =>
        batches.map((values, batch) => ({
          path: ['0', `${boot}`, '0', `${block}`, `${batch}`],
          values: Float64Array.from(values),
        })),
      ),
    ),
  );
}

/** Sizes and spreads of a made-up sample. */
export interface NestedShape {
  boots: number;
  blocks: number;
  batches: number;
  pages: number;
  centre: number;
  /** Standard deviation that each level adds. */
  spread: { boot: number; block: number; batch: number; page: number };
}

/** A made-up sample of that shape, normal at every level. */
export function madeUp(shape: NestedShape, seed: number): Nested {
  const random = seededRandom(seed);
  const { spread } = shape;
  const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  return nestedOf(
    times(shape.boots, () => {
      const boot = shape.centre + spread.boot * normal(random);
      return times(shape.blocks, () => {
        const block = boot + spread.block * normal(random);
        return times(shape.batches, () => {
          const batch = block + spread.batch * normal(random);
          return times(shape.pages, () => batch + spread.page * normal(random));
        });
      });
    }),
  );
}
