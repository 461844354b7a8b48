import { expect, it } from 'vitest';
import { parseOthers, parseSlow, parseSteal } from './load.ts';

it('reads how long other domains ran', () => {
  const list = `Name                                        ID   Mem VCPUs\tState\tTime(s)
Domain-0                                     0  4096     4     r-----     812.7
web                                          3   512     2     -b----      14.2
tv-target                                    9   128     1     --p---       3.0
`;
  expect(parseOthers(list)).toEqual({ 'web (id 3)': 14.2 });
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
