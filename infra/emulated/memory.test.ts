import { expect, it } from 'vitest';
import type { DomainSpec } from '../testbed.ts';
import { hostMemoryMiB } from './memory.ts';

const target = (pages: number, pageSize: '4k' | '1g' = '4k'): DomainSpec => ({
  role: 'target',
  name: 'tv-target',
  type: 'pvh',
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
