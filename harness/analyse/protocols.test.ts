import { describe, expect, it } from 'vitest';
import type { Arm, Unit } from '../../bench/words.ts';
import { type SeedGroup, seedAnswers, v1Answers } from './protocols.ts';

/** Pages of a batch: microseconds, and ticks of all. */
function batch(...pages: readonly [number, number][]) {
  return {
    ticks: Uint32Array.from(
      pages.flatMap(([microseconds, total]) => [microseconds, 0, 0, 0, total]),
    ),
  };
}

const GROUPS: SeedGroup[] = [
  {
    arm: 'dom0',
    frequency: 1e9,
    batches: [batch([20, 20_400], [22, 21_900], [99, 98_800]), batch([21, 21_000])],
  },
  { arm: 'minios', frequency: 1e9, batches: [batch([5, 5_300], [5, 5_100], [6, 5_900])] },
];
const CONTEXT = { benchmark: 'page-walk', unit: 'instructions' } as const;

describe('seedAnswers', () => {
  it('gives the mean of the first batch by microseconds, and the same pages by ticks', () => {
    const [theirs, mean, median, ...more] = seedAnswers(GROUPS, CONTEXT);
    expect(more).toEqual([]);
    expect(theirs).toMatchObject({
      clock: 'microseconds',
      statistic: 'mean',
      unit: 'instructions',
    });
    expect(theirs?.arms[0]).toEqual({
      arm: 'dom0',
      value: 47_000,
      n: 3,
      repeats: [47_000, 21_000],
    });
    expect(theirs?.arms[1]?.value).toBeCloseTo(16_000 / 3, 9);
    expect(theirs?.ratio).toBeCloseTo(47_000 / (16_000 / 3), 9);
    expect(mean?.arms[0]?.value).toBeCloseTo(47_033.333, 3);
    expect(median).toMatchObject({ clock: 'ticks', statistic: 'p50' });
    expect(median?.arms.map(({ value }) => value)).toEqual([21_900, 5_300]);
  });

  it('gives no microseconds of a clock whose rate is not known', () => {
    const unknown = GROUPS.map((group) => ({ ...group, frequency: 0 }));
    expect(seedAnswers(unknown, CONTEXT).map(({ clock }) => clock)).toEqual(['ticks', 'ticks']);
  });

  it('has no ratio of one arm, and no answer of none', () => {
    expect(seedAnswers(GROUPS.slice(0, 1), CONTEXT)[0]?.ratio).toBeNull();
    expect(seedAnswers([], CONTEXT)).toEqual([]);
  });
});

describe('v1Answers', () => {
  it('takes the medians of each state that was measured', () => {
    const measure = (arm: Arm, state: string, p50: number, phase = 'total') => ({
      ...{ benchmark: 'page-walk', arm, state, phase, p50, n: 7 },
      unit: 'instructions' as Unit,
    });
    const measures = [
      measure('dom0', 'cold', 60),
      measure('minios', 'cold', 10),
      measure('dom0', 'cold', 1, 'walk'),
      { ...measure('dom0', 'warm', 3), benchmark: 'other' },
    ];
    const answers = v1Answers(measures, 'page-walk', ['cold', 'warm']);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ protocol: 'v1', state: 'cold', ratio: 6 });
  });
});
