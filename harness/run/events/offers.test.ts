import { expect, it } from 'vitest';
import type { EventOffer, EventOffers } from '../../protocol/records.ts';
import { reasonOf, unmeasuredKinds } from './offers.ts';

const OFFERS = {
  capabilities: '0x5db',
  singleStep: false,
  memoryAccessError: 'EINVAL',
} as EventOffers;
const offer = (kind: string) => ({ kind, offered: true, delivered: false }) as EventOffer;

it.each([
  [
    'msr-write',
    { fsgsbase: true, umip: false },
    /FSGSBASE instructions, with which Linux writes no MSR/,
  ],
  ['descriptor', { fsgsbase: false, umip: true }, /UMIP, by which SGDT/],
  ['msr-write', { fsgsbase: false, umip: true }, /none arrived within 2 s/],
  ['descriptor', { fsgsbase: true, umip: false }, /none arrived within 2 s/],
  ['cpuid', { fsgsbase: true, umip: true }, /none arrived within 2 s/],
  ['msr-write', undefined, /none arrived within 2 s/],
])('tells why no %s came on %j', (kind, processor, reason) => {
  expect(reasonOf(offer(kind), OFFERS, 2000, { processor })).toMatch(reason);
});

it('tells the owner of an AMD host that no Xen has single-step and memory-access events there', () => {
  const reasons = unmeasuredKinds(OFFERS).map(({ reason }) => reason);
  expect(reasons).toHaveLength(2);
  for (const reason of reasons)
    expect(reason).toMatch(/Intel's VMX alone, in every release to 4\.22/);
});
