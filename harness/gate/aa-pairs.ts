/**
 * A/A comparisons out of results: pairs of parts that nothing tells apart but chance, by what the two
 * parts share. The further apart they were measured, the more of chance is in them: a gate compares
 * runs, hence boots, and its margin has to hold for those.
 */
import { type Arm, TWINS } from '../../bench/words.ts';
import type { Measured } from '../../results/measured.ts';
import type { NestedBatch } from '../analyse/nested.ts';
import { type ComparedRow, type CompareOptions, compareSets } from '../compare/compare.ts';
import { type FalseAlarms, falseAlarms, marginsFromPairs } from './false-alarms.ts';

/** What the two sides of a pair have in common, from the most to the least. */
export const AA_LEVELS = ['creation', 'boot', 'testbed'] as const;

/**
 * `creation`: the two halves of an A/A run, in the same blocks. `boot`: two creations of the domains
 * in one life of the testbed. `testbed`: two lives of the same testbed.
 */
export type AaLevel = (typeof AA_LEVELS)[number];

/** What A/A comparisons of one level came to. */
export interface AaLevelResult extends FalseAlarms {
  level: AaLevel;
  /** A/A comparisons, each of all arms and states. */
  pairs: number;
  /** Smallest margin of each arm at which none of them would have been an alarm. */
  margins: Record<string, number>;
  rows: AaRow[];
}

/** What one arm and state came to in one A/A comparison. */
export type AaRow = Pick<
  ComparedRow,
  'benchmark' | 'arm' | 'state' | 'ratio' | 'interval95' | 'margin' | 'verdict'
>;

/** One creation of the domains: everything that was measured in it. */
interface Part {
  run: string;
  boot: string;
  creation: string;
  measured: Measured;
}

/** Levels of a batch's path: run, boot, domain. */
const PLACE = 3;

function placeOf({ path }: NestedBatch): string {
  return path.slice(0, PLACE).join('\n');
}

/** A result, creation by creation, in the order of measurement. */
function partsOf(measured: Measured): Part[] {
  const places = new Set(
    measured.groups.flatMap(({ batches }) => batches.map((batch) => placeOf(batch))),
  );
  return [...places].map((place) => {
    const [run = '', boot = '', creation = ''] = place.split('\n');
    const groups = measured.groups.flatMap((group) => {
      const batches = group.batches.filter((batch) => placeOf(batch) === place);
      return batches.length === 0 ? [] : [{ ...group, batches }];
    });
    const id = `${measured.id}, boot ${boot}, creation ${creation}`;
    return { run, boot, creation, measured: { ...measured, id, groups } };
  });
}

/** One half of an A/A run, under the names of the arms. */
function halfOf(part: Measured, half: 'first' | 'second'): Measured {
  const groups = part.groups.flatMap((group) => {
    const name = Object.entries(TWINS).find(([first, twin]) =>
      half === 'first' ? first === group.arm : twin === group.arm,
    )?.[0] as Arm | undefined;
    return name === undefined ? [] : [{ ...group, arm: name }];
  });
  return { ...part, id: `${part.id}, ${half} half`, groups };
}

/** Each with its neighbour, none twice: pairs stay independent. */
function neighbours<T>(items: readonly T[]): [T, T][] {
  const pairs: [T, T][] = [];
  for (let i = 0; i + 1 < items.length; i += 2) pairs.push([items[i] as T, items[i + 1] as T]);
  return pairs;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

const PAIRS: Readonly<Record<AaLevel, (parts: readonly Part[]) => [Measured, Measured][]>> = {
  creation: (parts) =>
    parts
      .map(({ measured }): [Measured, Measured] => [
        halfOf(measured, 'first'),
        halfOf(measured, 'second'),
      ])
      .filter(([, second]) => second.groups.length > 0),
  boot: (parts) =>
    grouped(parts, ({ run, boot }) => `${run}\n${boot}`)
      .flatMap(neighbours)
      .map(([a, b]) => [halfOf(a.measured, 'first'), halfOf(b.measured, 'first')]),
  testbed: (parts) =>
    neighbours(grouped(parts, ({ run, boot }) => `${run}\n${boot}`)).flatMap(([a, b]) =>
      a.flatMap((part, i): [Measured, Measured][] => {
        const other = b[i];
        if (other === undefined) return [];
        return [[halfOf(part.measured, 'first'), halfOf(other.measured, 'first')]];
      }),
    ),
};

/**
 * Compares every pair of each level that these results have.
 * @throws UserError when the results do not match
 */
export function compareAa(results: readonly Measured[], options: CompareOptions): AaLevelResult[] {
  const parts = results.flatMap(partsOf);
  return AA_LEVELS.flatMap((level) => {
    const pairs = PAIRS[level](parts).map(([a, b]) => compareSets([a], [b], options));
    if (pairs.every(({ rows }) => rows.length === 0)) return [];
    return [
      {
        level,
        pairs: pairs.length,
        ...falseAlarms(pairs),
        margins: marginsFromPairs(pairs),
        rows: pairs.flatMap(({ rows }) =>
          rows.map(({ benchmark, arm, state, ratio, interval95, margin, verdict }) => ({
            ...{ benchmark, arm, state, ratio, interval95, margin, verdict },
          })),
        ),
      },
    ];
  });
}
