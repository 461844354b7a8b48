import { describe, expect, it } from 'vitest';
import type { Measured } from '../../results/measured.ts';
import { type MadeUp, madeUpMeasured } from '../compare/testing/measured.ts';
import { compareAa } from './aa-pairs.ts';

const OPTIONS = { ignore: [], margin: 0.01 };
const ARMS = ['minios', 'minios-again'];

/** An A/A result of several creations: each made up by itself, and put together. */
function campaign(
  places: readonly (readonly [number, number])[],
  changes: MadeUp[] = [],
): Measured {
  const parts = places.map(([boot, domain], i) => {
    const part = madeUpMeasured({ id: 'run', seed: i + 1, arms: ARMS, ...changes[i] });
    const groups = part.groups.map((group) => ({
      ...group,
      batches: group.batches.map((batch) => {
        const [run = '', , , ...inner] = batch.path;
        return { ...batch, path: [run, String(boot), String(domain), ...inner] };
      }),
    }));
    return { ...part, groups };
  });
  const first = parts[0] as Measured;
  return {
    ...first,
    groups: first.groups.map((group, i) => ({
      ...group,
      batches: parts.flatMap(({ groups }) => groups[i]?.batches ?? []),
    })),
  };
}

const TWO_BY_THREE = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
] as const;

describe('compareAa', () => {
  it('pairs halves, neighbouring creations and neighbouring boots, none twice', () => {
    const levels = compareAa([campaign(TWO_BY_THREE)], OPTIONS);
    expect(levels.map(({ level, pairs, comparisons }) => [level, pairs, comparisons])).toEqual([
      ['creation', 6, 6],
      ['boot', 2, 2],
      ['testbed', 3, 3],
    ]);
    expect(levels.every(({ alarms }) => alarms === 0)).toBe(true);
    expect(levels.flatMap(({ rows }) => rows.map(({ arm }) => arm))).toEqual(
      Array.from({ length: 11 }, () => 'minios'),
    );
  });

  it('finds an alarm on the level where there is one, and the margin that avoids it', () => {
    const slow = { centre: 1100 };
    const [halves, creations, boots] = compareAa(
      [campaign(TWO_BY_THREE, [{}, slow, {}, {}, {}, {}])],
      OPTIONS,
    );
    expect(halves?.alarms).toBe(0);
    expect(creations).toMatchObject({ alarms: 1, comparisons: 2 });
    expect(boots).toMatchObject({ alarms: 1, comparisons: 3 });
    expect(creations?.margins.minios).toBeGreaterThan(0.05);
    const margin = (creations?.margins.minios ?? 0) + 1e-9;
    const again = compareAa([campaign(TWO_BY_THREE, [{}, slow])], { ...OPTIONS, margin });
    expect(again[1]?.alarms).toBe(0);
  });

  it('takes boots of several results too, and leaves out levels that they do not have', () => {
    const one = campaign([[0, 0]]);
    const two = { ...campaign([[0, 0]]), id: 'other' };
    const other = {
      ...two,
      groups: two.groups.map((group) => ({
        ...group,
        batches: group.batches.map((b) => ({ ...b, path: ['other', ...b.path.slice(1)] })),
      })),
    };
    expect(compareAa([one, other], OPTIONS).map(({ level, pairs }) => [level, pairs])).toEqual([
      ['creation', 2],
      ['testbed', 1],
    ]);
    const plain = campaign([[0, 0]], [{ arms: ['minios'] }]);
    expect(compareAa([plain], OPTIONS)).toEqual([]);
  });
});
