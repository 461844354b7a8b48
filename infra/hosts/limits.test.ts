import { expect, it } from 'vitest';
import type { DomainSpec } from '../testbed.ts';
import { demandRoom } from './limits.ts';

const minios = (name: string): DomainSpec => ({ role: 'bystander', name });
/** Two domains of 4 MiB. */
const TWO = [minios('tv-a'), minios('tv-b')];

it('lets a run that fits go on', () => {
  expect(() => demandRoom(TWO, { memoryMiB: 8, domains: 2 }, 13)).not.toThrow();
});

it.each([
  [{ memoryMiB: 8, domains: 1 }, 100, 'usage', "2 domains at once, and the host's limit is 1"],
  [{ memoryMiB: 7, domains: 2 }, 100, 'usage', "take 8 MiB, and the host's limit is 7 MiB"],
  [{ memoryMiB: 8, domains: 2 }, 12, 'skipped', 'need 13 MiB, and Xen has 12 MiB free'],
  [{ memoryMiB: 8, domains: 2 }, Number.NaN, 'skipped', 'need 13 MiB'],
])('of %j and %d MiB free it is %s', (limits, free, kind, message) => {
  const ask = () => demandRoom(TWO, limits, free);
  expect(ask).toThrow(message);
  expect(ask).toThrow(expect.objectContaining({ kind }));
});
