import { describe, expect, it } from 'vitest';
import type { Identity } from '../../results/identity.ts';
import { demandMatch } from './match.ts';

const COUNTED: Identity = {
  testbed: 'emulated',
  clock: 'counted, in instructions',
  xen: '4.17.5',
  'xen.source': '4.17.5+72-1',
  'dom0.kernel': '6.1.0-56-amd64',
  'emulator.qemu': '7.2.22',
  'emulator.accelerator': 'tcg',
};
const TIMED: Identity = { ...COUNTED, clock: 'wall, in ticks' };

/** What stands in the way of comparing a result with one that differs in this. */
function objections(a: Identity, changes: Record<string, string | undefined>): string {
  const changed = Object.entries({ ...a, ...changes }).filter(([, value]) => value !== undefined);
  const b = Object.fromEntries(changed) as Identity;
  try {
    const found = demandMatch({ id: 'a', identity: a }, { id: 'b', identity: b }, []);
    return found.map(({ key, update }) => `${key} ${update ? 'is an update' : 'differs'}`).join();
  } catch (error) {
    return (error as Error).message;
  }
}

describe('demandMatch', () => {
  it.each([
    ['the next kernel of Debian', COUNTED, { 'dom0.kernel': '6.1.0-57-amd64' }],
    ['an update of the emulator', COUNTED, { 'emulator.qemu': '7.2.23' }],
  ])('names %s, which changes no count', (_what, a, changes) => {
    expect(objections(a, changes)).toBe(`${Object.keys(changes)} is an update`);
  });

  it.each([
    ['another kernel', COUNTED, { 'dom0.kernel': '6.12.0-57-amd64' }],
    ['a kernel built otherwise', COUNTED, { 'dom0.kernel': '6.1.0-57-rt-amd64' }],
    ['another emulator', COUNTED, { 'emulator.qemu': '10.0.2' }],
    [
      'another source of Xen, whose instructions are counted',
      COUNTED,
      { 'xen.source': '4.17.5+99-1' },
    ],
    ['another machine', TIMED, { 'emulator.accelerator': 'kvm' }],
    ['a kernel, where time is measured', TIMED, { 'dom0.kernel': '6.1.0-57-amd64' }],
    ['an emulator, where time is measured', TIMED, { 'emulator.qemu': '7.2.23' }],
  ])('refuses %s', (_what, a, changes) => {
    const [[key, value] = []] = Object.entries(changes);
    expect(objections(a, changes)).toContain(`${key} is ${a[key ?? '']} in the first and ${value}`);
  });

  it('takes results of earlier versions, which do not tell all of it', () => {
    const earlier = { 'emulator.qemu': undefined, 'emulator.accelerator': undefined };
    expect(objections(COUNTED, { ...earlier, 'xen.source': undefined })).toBe('');
  });
});
