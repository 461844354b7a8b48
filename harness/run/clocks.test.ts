import { describe, expect, it } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import type { Hello } from '../protocol/records.ts';
import { checkClocks } from './clocks.ts';

function hello(emulated: Hello['emulated'], monotonic = true) {
  return { clock: 'tsc', emulated, monotonic } as Hello;
}

const PV = { clock: 'counted', dom0: { mode: 'pv' } } as const;
const PVH = { clock: 'counted', dom0: { mode: 'pvh' } } as const;
const BOTH = [
  { arm: 'dom0', hello: hello('yes') },
  { arm: 'minios', hello: hello('no') },
];

function refusal(...args: Parameters<typeof checkClocks>): UserError {
  try {
    checkClocks(...args);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('the clocks were not refused');
}

describe('checkClocks', () => {
  it('takes clocks of one kind, and one that does not say of which', () => {
    const arms = [{ arm: 'dom0', hello: hello('unknown') }, ...BOTH.slice(1)];
    expect(() => checkClocks(arms, PV)).not.toThrow();
    expect(() => checkClocks(BOTH.slice(1), PVH)).not.toThrow();
  });

  it('refuses one that goes backwards, and clocks of two kinds', () => {
    expect(refusal([{ arm: 'dom0', hello: hello('no', false) }], PV).message).toContain(
      'backwards',
    );
    expect(refusal(BOTH, PV)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('dom0: tsc, emulated yes; minios: tsc, emulated no'),
    });
  });

  it('skips a PVH Dom0 whose counter Xen emulates, and says why', () => {
    expect(refusal(BOTH.slice(0, 1), PVH)).toMatchObject({
      kind: 'skipped',
      message: expect.stringContaining('it counts no instructions'),
    });
    expect(refusal(BOTH, { ...PVH, clock: 'wall' })).toMatchObject({
      kind: 'skipped',
      message: expect.stringContaining('that of its guests is not'),
    });
  });

  it('takes an emulated counter of time where nothing is compared with it', () => {
    expect(() => checkClocks(BOTH.slice(0, 1), { ...PVH, clock: 'wall' })).not.toThrow();
  });
});
