/**
 * How often verdicts of `compare` and change points of a history are wrong, and how often they come where
 * they are right, over made-up experiments of known truth.
 */
import { changePoints } from '../analyse/change-points.ts';
import { proportionInterval } from '../analyse/distributions.ts';
import type { Nested } from '../analyse/nested.ts';
import { compareSets } from '../compare/compare.ts';
import type { Verdict } from '../compare/verdict.ts';
import { CENTRE, normals, randomOf, type Side, sampleOf } from './designs.ts';

/** A verdict in a design. */
export interface VerdictDesign {
  what: 'compare' | 'history';
  /** What is measured, and what is true. */
  name: string;
  /** What is counted. */
  counted: string;
  /** Whether it is wrong there. */
  isWrong: boolean;
  /** At most, of what is wrong; at least, of what is right; undefined: told, and held to nothing. */
  aim?: number;
  trial(normal: () => number): boolean;
}

/** What it came to. */
export interface VerdictRate extends Omit<VerdictDesign, 'trial'> {
  experiments: number;
  counts: number;
  /** Part of the experiments, with its Clopper-Pearson 95 % interval. */
  rate: number;
  rate95: [number, number];
}

const IDENTITY = { testbed: 'imported', 'clock.x': 'ns' };
const FIGURE = { benchmark: 'b', arm: 'x', state: 's', phase: 'total', unit: 'ns' };

function measuredOf(id: string, { batches }: Nested) {
  return {
    ...{ id, folder: id, digest: id, startedAt: '2026-01-01T00:00:00.000Z', commit: null },
    identity: IDENTITY,
    groups: [{ ...FIGURE, batches: batches.map((batch) => ({ ...batch })) }],
  };
}

/** The verdict of `compare` on two sides, the second being dearer by a factor. */
function verdictOn(side: Side, factor: number, margin: number, normal: () => number): Verdict {
  const [a, b] = [sampleOf(side, normal), sampleOf(side, normal)];
  const dearer = {
    ...b,
    batches: b.batches.map(({ path, values }) => ({
      path: ['b', ...path.slice(1)],
      values: values.map((value) => value * factor),
    })),
  };
  const { rows } = compareSets([measuredOf('a', a)], [measuredOf('b', dearer)], {
    ...{ ignore: [], margin },
  });
  return rows[0]?.verdict ?? 'inconclusive';
}

interface Compared {
  side: Side;
  /** What is true, in words and as a factor. */
  truth: [string, number];
  margin: number;
}

function compared(
  name: string,
  { side, truth: [truth, factor], margin }: Compared,
  verdicts: readonly Verdict[],
  rest: Pick<VerdictDesign, 'isWrong' | 'aim'>,
): VerdictDesign {
  return {
    ...{ what: 'compare', name: `${name}, ${truth}, margin ${margin * 100} %`, ...rest },
    counted: verdicts.join(' or '),
    trial: (normal) => verdicts.includes(verdictOn(side, factor, margin, normal)),
  };
}

/** Whether a series of medians, `levels` being values of each level, has a change where `counts` says. */
function history(
  name: string,
  levels: readonly (readonly [runs: number, level: number])[],
  noise: (normal: () => number) => number,
  rest: Pick<VerdictDesign, 'counted' | 'isWrong' | 'aim'>,
): VerdictDesign {
  const place = levels[0]?.[0] ?? 0;
  return {
    ...{ what: 'history', name, ...rest },
    trial(normal) {
      const series = Float64Array.from(
        levels.flatMap(([runs, level]) =>
          Array.from({ length: runs }, () => CENTRE * (1 + level + noise(normal))),
        ),
      );
      const changes = changePoints(series, CENTRE * RESOLUTION);
      return rest.isWrong ? changes.length > 0 : changes.some(({ index }) => index === place);
    },
  };
}

const RESOLUTION = 0.0005;
const RUN_SPREAD = 0.005;
const quiet = (normal: () => number) => RUN_SPREAD * normal();
/** Four in five at one level, the others 1 % above: what -0.84 leaves above it of the normal distribution. */
const twoLevels = (normal: () => number) => (normal() > 0.8416 ? 0.01 : 0);

/** What runs of a history do where nothing changes, and how that is called. */
const UNCHANGED = [
  ['', quiet],
  [' at two levels, 80 to 20', twoLevels],
] as const;

const oneBoot: Side = {
  shape: { blocks: 3, pages: 50 },
  spread: { boot: 0.01, block: 0.001, page: 0.02 },
};
const boots = (count: number): Side => ({ ...oneBoot, shape: { ...oneBoot.shape, boots: count } });

const NOTHING: [string, number] = ['nothing changed', 1];
const DIFFERENT: readonly Verdict[] = ['faster', 'slower'];
const MOST_WRONG = { isWrong: true, aim: 0.05 };

/** Every design of the published table. */
export const VERDICT_DESIGNS: readonly VerdictDesign[] = [
  compared(
    'one boot a side, boots differ by 1 %',
    { side: oneBoot, truth: ['truly 5.5 % dearer', 1.055], margin: 0.05 },
    ['equivalent'],
    MOST_WRONG,
  ),
  ...[2, 3, 5, 10].map((n) =>
    compared(
      `${n} boots a side that differ by 1 %`,
      { side: boots(n), truth: ['truly 5.5 % dearer', 1.055], margin: 0.05 },
      ['equivalent'],
      MOST_WRONG,
    ),
  ),
  ...[2, 3, 5, 10].map((n) =>
    compared(
      `${n} boots a side that differ by 1 %`,
      { side: boots(n), truth: ['truly dearer by the margin', 1.015], margin: 0.015 },
      DIFFERENT,
      MOST_WRONG,
    ),
  ),
  ...[3, 10].map((n) =>
    compared(
      `${n} boots a side that differ by 1 %`,
      { side: boots(n), truth: NOTHING, margin: 0.015 },
      DIFFERENT,
      MOST_WRONG,
    ),
  ),
  compared(
    '10 boots a side that differ by 1 %',
    { side: boots(10), truth: NOTHING, margin: 0.015 },
    ['equivalent'],
    { isWrong: false },
  ),
  compared(
    '10 boots a side that differ by 1 %',
    { side: boots(10), truth: ['truly dearer by twice the margin', 1.03], margin: 0.015 },
    ['slower'],
    { isWrong: false },
  ),
  ...UNCHANGED.flatMap(([how, values]) =>
    [10, 30, 100].map((n) =>
      history(`${n} runs${how}, nothing changed`, [[n, 0]], values, {
        ...{ counted: 'a change', isWrong: true, aim: n < 15 ? 0.15 : 0.05 },
      }),
    ),
  ),
  ...[2, 5].map((n) =>
    history(
      `30 runs, then ${n} that are 5 % dearer`,
      [
        [30, 0],
        [n, 0.05],
      ],
      quiet,
      { counted: 'a change at the right run', isWrong: false },
    ),
  ),
];

/** Simulates a verdict. The same seed and number give the same. */
export function simulateVerdict(
  { trial, ...design }: VerdictDesign,
  experiments: number,
  seed: number,
): VerdictRate {
  const normal = normals(randomOf(seed, `${design.what} ${design.name} ${design.counted}`));
  let counts = 0;
  for (let i = 0; i < experiments; i++) if (trial(normal)) counts++;
  const rate95 = proportionInterval(counts, experiments);
  return { ...design, experiments, counts, rate: counts / experiments, rate95 };
}
