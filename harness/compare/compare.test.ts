import { describe, expect, it } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import { compareSets, ONE_BOOT } from './compare.ts';
import { type MadeUp, madeUpMeasured } from './testing/measured.ts';

const OPTIONS = { ignore: [], margin: 0.01 };

function compare(a: MadeUp, b: MadeUp, options: Partial<typeof OPTIONS> = {}) {
  return compareSets(
    [madeUpMeasured({ id: 'a', seed: 1, ...a })],
    [madeUpMeasured({ id: 'b', seed: 2, ...b })],
    { ...OPTIONS, ...options },
  );
}

function errorOf(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('compareSets', () => {
  it.each([
    [1030, 'slower'],
    [970, 'faster'],
    [1000, 'equivalent'],
    [1010, 'inconclusive'],
  ])('a median of %i against 1000, at a margin of 1 %%, is %s', (centre, verdict) => {
    const [row] = compare({ boots: 3 }, { boots: 3, centre }).rows;
    expect(row?.verdict).toBe(verdict);
    expect(row?.ratio).toBeCloseTo(centre / 1000, 2);
    const [low, high] = (row?.interval95 ?? []) as [number, number];
    expect(low).toBeLessThanOrEqual(row?.ratio as number);
    expect(high).toBeGreaterThanOrEqual(row?.ratio as number);
    if (centre !== 1000) expect(Math.sign(row?.delta as number)).toBe(centre > 1000 ? 1 : -1);
  });

  it('calls no two equivalent of which how boots differ was not measured', () => {
    const [one] = compare({}, {}).rows;
    expect(one).toMatchObject({ verdict: 'inconclusive', remark: ONE_BOOT });
    const [many] = compare({ boots: 3 }, {}).rows;
    expect(many?.basis.level).toBe('boot');
    // Boots differ by 1 %, one was measured of each: a true 5.5 % lies within a margin of 5 % in a quarter.
    const wrong = Array.from({ length: 40 }, (_, seed) => {
      const side = { boots: 1, bootSpread: 0.01, pageSpread: 0.002 };
      const sets = [1000, 1055].map((centre, i) => [
        madeUpMeasured({ ...side, id: `${i}`, seed: 2 * seed + i + 1, centre }),
      ]);
      const [row] = compareSets(sets[0] ?? [], sets[1] ?? [], { ignore: [], margin: 0.05 }).rows;
      return { high: row?.interval95?.[1] ?? 9, verdict: row?.verdict };
    });
    expect(wrong.filter(({ high }) => high < 1.05).length).toBeGreaterThan(4);
    expect(wrong.filter(({ verdict }) => verdict === 'equivalent')).toEqual([]);
  });

  it('does not believe a difference that boots could have made', () => {
    const spread = { boots: 4, bootSpread: 0.05 };
    const [row] = compare(spread, { ...spread, centre: 1030 }).rows;
    expect(row?.p).toBeLessThan(1e-6);
    expect(row?.verdict).toBe('inconclusive');
  });

  it('takes a set of runs as one more level', () => {
    const set = (prefix: string, centre: number) =>
      [1, 2, 3, 4, 5].map((seed) =>
        madeUpMeasured({
          id: `${prefix}${seed}`,
          seed: seed * 7 + centre,
          centre,
          bootSpread: 0.002,
        }),
      );
    const [row] = compareSets(set('a', 1000), set('b', 1040), OPTIONS).rows;
    expect(row?.a).toMatchObject({ runs: 5, boots: 5, n: 1500 });
    expect(row?.verdict).toBe('slower');
  });

  it('gives the same for the same samples, whatever else is compared', () => {
    const alone = compare({ arms: ['dom0'] }, { arms: ['dom0'] });
    expect(compare({ arms: ['dom0'] }, { arms: ['dom0'] })).toEqual(alone);
    const first = madeUpMeasured({ id: 'a', seed: 1, arms: ['dom0'] });
    const second = madeUpMeasured({ id: 'b', seed: 2, arms: ['dom0'] });
    const more = madeUpMeasured({ id: 'a', seed: 9, arms: ['minios'] });
    const both = { ...first, groups: [...more.groups, ...first.groups] };
    const other = { ...second, groups: [...more.groups, ...second.groups] };
    expect(compareSets([both], [other], OPTIONS).rows[1]).toEqual(alone.rows[0]);
  });

  it('names what only one side has', () => {
    const { rows, missing } = compare({ arms: ['dom0', 'minios'] }, { arms: ['minios'] });
    expect(rows.map(({ arm }) => arm)).toEqual(['minios']);
    expect(missing).toEqual([{ benchmark: 'page-walk', arm: 'dom0', state: 'cold', from: 'b' }]);
  });

  it('says nothing of one value or two, and nothing of what is not above zero', () => {
    const one = madeUpMeasured({ id: 'a' });
    const [group] = one.groups;
    if (group === undefined) throw new Error('no group');
    const with_ = (values: number[]) => ({
      ...one,
      groups: [
        {
          ...group,
          batches: [{ path: ['a', '0', '0', '0', '0'], values: Float64Array.from(values) }],
        },
      ],
    });
    for (const values of [[5], [5, 6]]) {
      const [row] = compareSets([with_(values)], [with_([5, 6, 7])], OPTIONS).rows;
      expect(row).toMatchObject({ interval95: null, verdict: 'inconclusive' });
      expect(row?.remark).toContain('in one batch');
    }
    const [row] = compareSets([with_([5, 6, 7])], [with_([0, 0, 0])], OPTIONS).rows;
    expect(row).toMatchObject({ ratio: null, verdict: 'inconclusive' });
    expect(row?.remark).toContain('not above zero');
    for (const [values, verdict] of [
      [[5, 6, 7], 'slower'],
      [[0, 0, 0], 'inconclusive'],
      [[-1, 0, 1], 'inconclusive'],
    ] as const) {
      const [nothing, some] = [[0, 0, 0], values].map((each) => [...each, ...each, ...each]);
      const [other] = compareSets([with_(nothing ?? [])], [with_(some ?? [])], OPTIONS).rows;
      expect(other).toMatchObject({ ratio: null, verdict });
      expect(other?.remark).toContain('compared by difference');
    }
  });

  it('calls constant data equal', () => {
    const [row] = compare({ boots: 2, pageSpread: 0 }, { boots: 2, pageSpread: 0 }).rows;
    expect(row).toMatchObject({ ratio: 1, interval95: [1, 1], delta: 0, verdict: 'equivalent' });
  });

  it('raises no alarm in 20 pairs of the same, at the margin of the arm', () => {
    for (let seed = 0; seed < 20; seed++) {
      const side = (at: number) => madeUpMeasured({ id: `${at}`, seed: at, pageSpread: 0.005 });
      const options = { ...OPTIONS, margin: undefined };
      const [row] = compareSets([side(2 * seed)], [side(2 * seed + 1)], options).rows;
      expect(row?.margin).toBe(0.005);
      expect(['equivalent', 'inconclusive']).toContain(row?.verdict);
    }
  });
});

describe('margins of some rows', () => {
  it('are those of the most particular rule, later ones first', () => {
    const margins = [
      { names: ['minios', 'cold'], margin: 0.04 },
      { names: ['dom0'], margin: 0.02 },
      { names: ['minios'], margin: 0.03 },
      { names: [], margin: 0.05 },
      { names: ['dom0'], margin: 0.021 },
    ];
    const both = { arms: ['dom0', 'minios'], states: ['cold', 'warm'] };
    const { rows } = compareSets([madeUpMeasured(both)], [madeUpMeasured({ ...both, id: 'b' })], {
      ...OPTIONS,
      margins,
    });
    expect(rows.map(({ arm, state, margin }) => [arm, state, margin])).toEqual([
      ['dom0', 'cold', 0.021],
      ['dom0', 'warm', 0.021],
      ['minios', 'cold', 0.04],
      ['minios', 'warm', 0.03],
    ]);
  });
});

describe('manifests that do not match', () => {
  it.each([
    ['testbed', 'ssh'],
    ['xen', '4.20'],
    ['page-walk.pages', '1000'],
  ])('are refused, naming %s, unless it is to be ignored', (key, value) => {
    const other = { identity: { [key]: value } };
    const error = errorOf(() => compare({}, other));
    expect(error.kind).toBe('error');
    expect(error.message).toContain(`${key} is`);
    expect(error.message).toContain(`and ${value} in the second`);
    expect(error.advice).toContain(`--ignore ${key}`);
    const { ignored } = compareSets([madeUpMeasured()], [madeUpMeasured({ id: 'b', ...other })], {
      ...OPTIONS,
      ignore: [key],
    });
    expect(ignored).toMatchObject([{ key, b: value }]);
  });

  it('are refused for their clocks whatever is ignored, with the reason', () => {
    const wall = { identity: { clock: 'wall, in ticks' } };
    const error = errorOf(() => compare({}, wall));
    expect(error.message).toContain('different kinds of clock');
    expect(error.message).toContain('counted, in instructions in the first and wall, in ticks');
    expect(error.advice).toContain('cannot be ignored');
    const trapped = { identity: { 'clock.minios': 'tsc, emulated by Xen' } };
    expect(errorOf(() => compare({}, trapped)).message).toContain('clock.minios is tsc, native');
    const ignoring = errorOf(() =>
      compareSets([madeUpMeasured()], [madeUpMeasured({ id: 'b', ...wall })], {
        ...OPTIONS,
        ignore: ['clock'],
      }),
    );
    expect(ignoring.kind).toBe('usage');
  });

  it('are no matter of arms and benchmarks that one side did not run', () => {
    const more = { 'clock.dom0': 'tsc, native', 'events.walk': '10' };
    expect(compare({}, { identity: more }).rows).toHaveLength(1);
  });

  it('refuses to ignore what there is not', () => {
    const error = errorOf(() =>
      compareSets([madeUpMeasured()], [madeUpMeasured({ id: 'b' })], {
        ...OPTIONS,
        ignore: ['xne'],
      }),
    );
    expect(error.kind).toBe('usage');
    expect(error.advice).toContain('xen');
  });
});

describe('images', () => {
  it.each([
    ["the building machine's own", 'Debian bookworm', 1],
    ['Debian bookworm', 'Debian bookworm', 0],
    [undefined, 'Debian bookworm', 0],
  ])('built with %j and with %j tools are warned of %i times', (a, b, times) => {
    const { warnings, rows } = compare(a === undefined ? {} : { buildTools: a }, { buildTools: b });
    expect(warnings).toHaveLength(times);
    for (const warning of warnings) {
      expect(warning).toContain(`those of A with ${a}, those of B with ${b}`);
    }
    expect(rows).toHaveLength(1);
  });
});
