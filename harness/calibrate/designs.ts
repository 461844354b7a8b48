/**
 * Made-up experiments whose truth is known: what an interval has to cover.
 *
 * Values are log-normal around a median of 1000: each level of repetition multiplies by a factor of its
 * own, so that the median is known however many levels there are.
 */
import { uniform } from '../analyse/draws.ts';
import { type Nested, nest } from '../analyse/nested.ts';
import type { BlockPair } from '../analyse/ratio.ts';
import { medianOf } from '../analyse/unit-medians.ts';
import { type Random, seededRandom } from '../plan/prng.ts';

/** Median of every made-up distribution. */
export const CENTRE = 1000;

/** Standard deviations of the logarithm that each level adds. */
export interface Spreads {
  run?: number;
  boot?: number;
  block?: number;
  page: number;
}

/** How often each level is repeated. */
export interface Shape {
  runs?: number;
  boots?: number;
  blocks: number;
  batches?: number;
  pages: number;
}

/** How pages of a batch are made, as the logarithm over the batch's own. */
export type Pages = 'normal' | 'heavy' | 'ties' | 'drift' | { ar: number };

/** A side of an experiment. */
export interface Side {
  shape: Shape;
  spread: Spreads;
  pages?: Pages;
}

/** Random numbers of a design by its name: the same whatever other designs there are. */
export function randomOf(seed: number, name: string): Random {
  let hash = 2166136261;
  for (const letter of name) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619) >>> 0;
  }
  return seededRandom((BigInt(hash) << 32n) | BigInt(seed));
}

/** Two independent standard normals: Box and Muller's pair. */
export function normals(random: Random): () => number {
  let kept: number | undefined;
  return () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform(random)));
    const angle = 2 * Math.PI * uniform(random);
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Deviations of the pages of a batch. @param place of the batch in the whole, from 0 to 1 */
function deviations(kind: Pages, count: number, place: number, normal: () => number): number[] {
  if (typeof kind === 'object') {
    const rest = Math.sqrt(1 - kind.ar ** 2);
    let last = normal();
    return Array.from({ length: count }, () => {
      const now = last;
      last = kind.ar * last + rest * normal();
      return now;
    });
  }
  return Array.from({ length: count }, () => {
    const value = normal();
    // Student's t with 2 degrees of freedom: the variance is not finite.
    if (kind === 'heavy') return value / Math.sqrt((normal() ** 2 + normal() ** 2) / 2);
    return kind === 'drift' ? value + 2 * (place - 0.5) : value;
  });
}

/** A sample of that design. */
export function sampleOf({ shape, spread, pages = 'normal' }: Side, normal: () => number): Nested {
  const { runs = 1, boots = 1, blocks, batches = 1 } = shape;
  const all = [];
  for (let run = 0; run < runs; run++) {
    const ofRun = (spread.run ?? 0) * normal();
    for (let boot = 0; boot < boots; boot++) {
      const ofBoot = ofRun + (spread.boot ?? 0) * normal();
      for (let block = 0; block < blocks; block++) {
        const ofBlock = ofBoot + (spread.block ?? 0) * normal();
        const place = blocks === 1 ? 0.5 : block / (blocks - 1);
        for (let batch = 0; batch < batches; batch++) {
          const values = deviations(pages, shape.pages, place, normal).map((deviation) => {
            const value = CENTRE * Math.exp(ofBlock + spread.page * deviation);
            return pages === 'ties' ? Math.round(value / 10) * 10 : value;
          });
          all.push({
            path: [run, boot, 0, block, batch].map(String),
            values: Float64Array.from(values),
          });
        }
      }
    }
  }
  return nest(all);
}

/** Blocks of two arms that were measured next to each other: what a boot or a block is, both have. */
export function pairsOf(
  { shape, spread, pages = 'normal' }: Side,
  normal: () => number,
): BlockPair[] {
  const { boots = 1, blocks, batches = 2 } = shape;
  const all: BlockPair[] = [];
  for (let boot = 0; boot < boots; boot++) {
    const apart = (spread.boot ?? 0) * normal();
    for (let block = 0; block < blocks; block++) {
      const ofBlock = apart + (spread.block ?? 0) * normal();
      const medians = (shift: number) =>
        Array.from({ length: batches }, () => {
          const side = {
            shape: { blocks: 1, pages: shape.pages },
            spread: { page: spread.page },
            pages,
          };
          return medianOf(sampleOf(side, normal).batches) * Math.exp(shift);
        });
      all.push({ boot, numerator: medians(ofBlock), denominator: medians(0) });
    }
  }
  return all;
}
