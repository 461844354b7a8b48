import { expect, it } from 'vitest';
import type { DomainSpec, GuestType } from '../testbed.ts';
import { dom0MemoryMiB, hostMemoryMiB } from './memory.ts';

const target = (
  pages: number,
  pageSize: '4k' | '1g' = '4k',
  type: GuestType = 'pvh',
): DomainSpec => ({
  role: 'target',
  name: 'tv-target',
  type,
  pages,
  batch: 500,
  pageSize,
  seed: 1,
});

it.each([
  [[], 1536],
  [[target(500)], 1536],
  [[target(500_000)], 3072],
  [[target(500, '1g')], 3072],
])('for %j is %i MiB', (domains, expected) => {
  expect(hostMemoryMiB(domains)).toBe(expected);
});

it('has room in Dom0 for the device model of each HVM guest, and for its files where there is one', () => {
  expect([0, 1, 2].map(dom0MemoryMiB)).toEqual([512, 592, 616]);
  const many = (type: GuestType) => Array.from({ length: 8 }, () => target(500, '4k', type));
  expect(hostMemoryMiB(many('hvm')) - hostMemoryMiB(many('pvh'))).toBe(256);
});
