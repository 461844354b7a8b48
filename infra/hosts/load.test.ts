import { expect, it } from 'vitest';
import { fakeDomain, XenHost } from '../testing/xen-host.ts';
import { loadOf, parseSlow, parseSteal } from './load.ts';

it('reads how long other domains ran', async () => {
  const host = await XenHost.with(
    { ...fakeDomain(3, 'my web', '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11'), seconds: 14.2 },
    { ...fakeDomain(9, 'tv-target', '00000000-4d0c-4d8c-9a3c-6b2a7f1f2c11'), seconds: 3 },
  );
  expect((await loadOf(host)).others).toEqual({ 'my web (id 3)': 14.2 });
});

it('reads how long Dom0 waited', () => {
  expect(parseSteal('cpu  10 0 20 900 5 0 1 250 0 0\ncpu0 1 0 0 0 0 0 0 9 0 0\n')).toBe(2.5);
});

it('reads how long CPUs were not at their fastest', () => {
  const states = `cpu id               : 0
total P-states       : 3
usable P-states      : 3
current frequency    : 2401 MHz
*P0         [2401 MHz]: transition [                   4]
                       residency  [                9000 ms]
P1          [2400 MHz]: transition [                   4]
                       residency  [                 700 ms]
P2          [ 800 MHz]: transition [                   3]
                       residency  [                 300 ms]

cpu id               : 1
total P-states       : 1
usable P-states      : 1
current frequency    : 2401 MHz
P0          [2401 MHz]: transition [                   4]
                       residency  [                9000 ms]
`;
  expect(parseSlow(states)).toBe(1);
  expect(parseSlow('')).toBeNull();
});
