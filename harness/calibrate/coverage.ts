/**
 * How often the suite's intervals cover, and its verdicts are wrong, over designs of known truth.
 */
import { proportionInterval } from '../analyse/distributions.ts';
import { medianInterval, ratioOfMedians } from '../analyse/median-interval.ts';
import { nest } from '../analyse/nested.ts';
import { ratioOfArms } from '../analyse/ratio.ts';
import { verdictOf } from '../compare/verdict.ts';
import { CENTRE, normals, pairsOf, randomOf, type Side, sampleOf } from './designs.ts';
import { UNTIL_DESIGNS } from './until.ts';

/** An interval of one made-up experiment, and the truth; null: there is none. */
interface Trial {
  interval: readonly [number, number] | null;
  truth: number;
}

/** A design that is simulated. */
export interface Design {
  /** What is estimated: as the commands name it. */
  what: 'ratio of arms' | 'compare' | 'analyse' | 'added' | 'halves of one series';
  name: string;
  trial(normal: () => number): Trial;
}

/** What a design came to. */
export interface Coverage {
  what: Design['what'];
  name: string;
  experiments: number;
  /** Experiments without an interval; they count neither as covered nor as missed. */
  without: number;
  covered: number;
  /** Part of the intervals that cover, with its Clopper-Pearson 95 % interval. */
  rate: number;
  rate95: [number, number];
  /** Truth below the interval, and above it. */
  below: number;
  above: number;
  /** Median of the interval's upper end over its lower one. */
  width: number;
  /** Part of the experiments called faster or slower than the truth at a margin of 0. */
  wrong: number;
}

const PAGES = { page: 0.02 } as const;
const BLOCKS = { block: 0.01, page: 0.02 } as const;
const BOOTS = { boot: 0.02, block: 0.005, page: 0.02 } as const;
const RUNS = { run: 0.02, boot: 0.005, page: 0.02 } as const;

function arms(name: string, side: Side): Design {
  return {
    what: 'ratio of arms',
    name,
    trial: (normal) => ({
      interval: ratioOfArms(pairsOf(side, normal)).interval95 ?? null,
      truth: 1,
    }),
  };
}

function compared(name: string, a: Side, b: Side): Design {
  return {
    what: 'compare',
    name,
    trial: (normal) => ({
      interval: ratioOfMedians(sampleOf(a, normal), sampleOf(b, normal)).interval95,
      truth: 1,
    }),
  };
}

function analysed(name: string, side: Side): Design {
  return {
    what: 'analyse',
    name,
    trial: (normal) => ({
      interval: medianInterval(sampleOf(side, normal)).interval95,
      truth: CENTRE,
    }),
  };
}

function halves(name: string, side: Side): Design {
  return {
    what: 'halves of one series',
    name,
    trial(normal) {
      const [batch] = sampleOf(side, normal).batches;
      const { path = [], values = new Float64Array() } = batch ?? {};
      const middle = values.length / 2;
      const [a, b] = [values.slice(0, middle), values.slice(middle)].map((half) =>
        nest([{ path, values: half }]),
      );
      if (a === undefined || b === undefined) throw new Error('a series without halves');
      return { interval: ratioOfMedians(a, b).interval95, truth: 1 };
    },
  };
}

/** What a monitor adds to an event, the base being measured in the same blocks. */
function added(name: string, side: Side, base: number): Design {
  return {
    what: 'added',
    name,
    trial(normal) {
      const trips = sampleOf(side, normal);
      const alone = sampleOf({ ...side, shape: { ...side.shape, pages: base } }, normal);
      const off = alone.batches.flatMap(({ values }) => [...values]).sort((x, y) => x - y);
      const middle = (off.length - 1) / 2;
      const median = ((off[Math.floor(middle)] ?? 0) + (off[Math.ceil(middle)] ?? 0)) / 2;
      const batches = trips.batches.map(({ path, values }) => ({
        path,
        values: values.map((value) => value + CENTRE - median),
      }));
      return { interval: medianInterval(nest(batches, alone.batches)).interval95, truth: CENTRE };
    },
  };
}

const one = (blocks: number, spread: Side['spread'], more: Partial<Side> = {}): Side => ({
  shape: { blocks, pages: 50 },
  spread,
  ...more,
});
const boots = (count: number): Side => ({
  shape: { boots: count, blocks: 2, pages: 30 },
  spread: BOOTS,
});
const runs = (count: number): Side => ({
  shape: { runs: count, blocks: 2, pages: 30 },
  spread: RUNS,
});
const series = (pages: number, kind: Side['pages'] = 'normal'): Side => ({
  shape: { blocks: 1, pages },
  spread: PAGES,
  ...(kind === undefined ? {} : { pages: kind }),
});

/** Every design of the published table. */
export const DESIGNS: readonly Design[] = [
  ...[2, 3, 6, 10].map((n) => arms(`1 boot × ${n} blocks, blocks differ`, one(n, BLOCKS))),
  ...[2, 3, 5, 10].map((n) => arms(`${n} boots that differ`, boots(n))),
  ...UNTIL_DESIGNS,
  arms('1 boot × 3 blocks, pages only', one(3, PAGES)),
  arms('1 boot × 6 blocks, heavy tails', one(6, PAGES, { pages: 'heavy' })),
  arms('1 boot × 6 blocks, ties', one(6, BLOCKS, { pages: 'ties' })),
  arms('1 boot × 6 blocks, both arms drift', one(6, PAGES, { pages: 'drift' })),
  ...[2, 3, 10].map((n) =>
    compared(`1 boot × ${n} blocks, blocks differ`, one(n, BLOCKS), one(n, BLOCKS)),
  ),
  compared('1 boot × 3 blocks, pages only', one(3, PAGES), one(3, PAGES)),
  compared(
    '1 boot × 6 blocks, heavy tails',
    one(6, PAGES, { pages: 'heavy' }),
    one(6, PAGES, { pages: 'heavy' }),
  ),
  compared(
    '1 boot × 6 blocks, ties',
    one(6, BLOCKS, { pages: 'ties' }),
    one(6, BLOCKS, { pages: 'ties' }),
  ),
  compared(
    '1 boot × 6 blocks, drift',
    one(6, PAGES, { pages: 'drift' }),
    one(6, PAGES, { pages: 'drift' }),
  ),
  ...[2, 3, 5, 10].map((n) => compared(`${n} boots a side`, boots(n), boots(n))),
  ...[2, 5].map((n) => compared(`${n} boots against 1`, boots(n), boots(1))),
  ...[3, 10].map((n) => compared(`${n} runs a side`, runs(n), runs(n))),
  ...[3, 10].map((n) => compared(`${n} runs against 1`, runs(n), runs(1))),
  ...[2, 3, 10].map((n) => analysed(`1 boot × ${n} blocks, blocks differ`, one(n, BLOCKS))),
  ...[2, 5, 10].map((n) => analysed(`${n} boots that differ`, boots(n))),
  analysed('1 boot × 6 blocks, heavy tails', one(6, PAGES, { pages: 'heavy' })),
  analysed('1 boot × 6 blocks, ties', one(6, BLOCKS, { pages: 'ties' })),
  analysed('one batch of 6 values', series(6)),
  analysed('one batch of 30 values', series(30)),
  ...[0, 0.5, 0.9].map((ar) => analysed(`one batch of 500 values, r₁ ${ar}`, series(500, { ar }))),
  ...[0, 0.5, 0.9].map((ar) => halves(`of 500 values, r₁ ${ar}`, series(500, { ar }))),
  added('1 boot × 3 blocks, as many unmonitored', one(3, BLOCKS), 50),
  added('1 boot × 6 blocks, a tenth unmonitored', one(6, PAGES), 5),
  added('one batch, a tenth unmonitored', series(500), 50),
];

/** Simulates a design. The same seed and number give the same. */
export function simulate(design: Design, experiments: number, seed: number): Coverage {
  const normal = normals(randomOf(seed, `${design.what} ${design.name}`));
  let [without, covered, below, above, wrong] = [0, 0, 0, 0, 0];
  const widths: number[] = [];
  for (let i = 0; i < experiments; i++) {
    const { interval, truth } = design.trial(normal);
    if (interval === null) {
      without++;
      continue;
    }
    const [low, high] = interval;
    widths.push(high / low);
    if (truth < low) below++;
    else if (truth > high) above++;
    else covered++;
    const verdict = verdictOf([low / truth, high / truth], 0);
    if (verdict === 'faster' || verdict === 'slower') wrong++;
  }
  const known = experiments - without;
  widths.sort((x, y) => x - y);
  return {
    ...{ what: design.what, name: design.name, experiments, without, covered, below, above },
    rate: known === 0 ? 0 : covered / known,
    rate95: known === 0 ? [0, 1] : proportionInterval(covered, known),
    width: widths[Math.floor(widths.length / 2)] ?? Number.NaN,
    wrong: known === 0 ? 0 : wrong / known,
  };
}
