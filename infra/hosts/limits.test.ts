import { expect, it } from 'vitest';
import type { DomainSpec } from '../testbed.ts';
import { demandRoom } from './limits.ts';
import type { HostLimits } from './settings.ts';

const minios = (name: string): DomainSpec => ({ role: 'bystander', name });
/** Two domains of 4 MiB. */
const TWO = [minios('tv-a'), minios('tv-b')];

it('lets a run that fits go on', () => {
  expect(() => demandRoom(TWO, { memoryMiB: 8, domains: 2 }, 13)).not.toThrow();
});

it.each([
  [
    ...[{ memoryMiB: 8, domains: 1 }, 100, 'usage'],
    ...["2 domains at once, and the host's limit is 1", 'raise limits.domains in testbeds.yaml'],
  ],
  [
    ...[{ memoryMiB: 7, domains: 2 }, 100, 'usage'],
    ...["take 8 MiB, and the host's limit is 7 MiB", 'raise limits.memory-mib in testbeds.yaml'],
  ],
  [
    ...[{ memoryMiB: 8, domains: 2 }, 12, 'skipped'],
    ...['need 13 MiB, and Xen has 12 MiB free', 'free memory (xl info, free_memory)'],
  ],
  [{ memoryMiB: 8, domains: 2 }, Number.NaN, 'skipped', 'need 13 MiB', 'free memory'],
] as [HostLimits, number, string, string, string][])(
  'of %j and %d MiB free it is %s',
  (limits, free, kind, message, advice) => {
    expect(() => demandRoom(TWO, limits, free)).toThrow(
      expect.objectContaining({
        kind,
        message: expect.stringContaining(message),
        advice: expect.stringContaining(advice),
      }),
    );
  },
);
