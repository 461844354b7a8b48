import { describe, expect, it } from 'vitest';
import { pairArms } from './arms.ts';
import { compareSets } from './compare.ts';
import { madeUpMeasured } from './testing/measured.ts';

const CLOCKS = { 'clock.dom0': 'tsc, native' };
const run = madeUpMeasured({ arms: ['dom0', 'minios'], identity: CLOCKS });

describe('pairArms', () => {
  it('sets one arm of a run against the other', () => {
    const slower = { ...run, groups: run.groups.map((group) => ({ ...group })) };
    const [dom0, minios] = slower.groups;
    if (dom0 === undefined || minios === undefined) throw new Error('no arms');
    dom0.batches = dom0.batches.map((b) => ({ ...b, values: b.values.map((v) => 2 * v) }));
    const [a, b] = pairArms([slower], [slower], 'dom0=minios');
    const { rows } = compareSets(a, b, { ignore: [], margin: undefined });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ arm: 'minios against dom0', verdict: 'faster' });
    expect(rows[0]?.ratio).toBeCloseTo(0.5, 2);
  });

  it('refuses arms with clocks of different kinds, with the reason', () => {
    const trapped = madeUpMeasured({
      arms: ['dom0', 'minios'],
      identity: { 'clock.dom0': 'tsc, emulated by Xen' },
    });
    expect(() => pairArms([trapped], [trapped], 'dom0=minios')).toThrow(
      'dom0 and minios are not compared: the clock of dom0 is tsc, emulated by Xen, that of minios is tsc, native',
    );
  });

  it.each(['dom0', 'dom0=', '=minios', 'a=b=c'])('refuses %s', (arms) => {
    expect(() => pairArms([run], [run], arms)).toThrow('not two arms');
  });

  it('refuses an arm that is not there', () => {
    expect(() => pairArms([run], [run], 'dom0=domU')).toThrow('has no arm domU');
  });
});
