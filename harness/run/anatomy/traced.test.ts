import { describe, expect, it } from 'vitest';
import type { DomainEvent, Moment } from '../../../infra/trace/timeline.ts';
import type { Span } from './spans.ts';
import { tracedIn } from './traced.ts';

const spans: Span[] = [
  { part: 'open', from: 10n, to: 20n },
  { part: 'walk', from: 30n, to: 40n },
  { part: 'map', from: 40n, to: 50n },
];
const at = (tsc: number, event: DomainEvent): Moment => ({ tsc: BigInt(tsc), event });
const call = (name: string): DomainEvent => ({ kind: 'hypercall', name, restarted: false });

describe('tracedIn', () => {
  it('counts what lies in each span, its beginning included', () => {
    const moments = [
      at(9, call('iret')),
      at(10, call('mmu_update')),
      at(19, { kind: 'page-table-write' }),
      at(25, call('event_channel_op')),
      at(40, call('mmu_update')),
      at(41, call('multicall')),
      at(42, { kind: 'subcall', name: 'mmuext_op', restarted: true }),
      at(49, { kind: 'paging-fixup' }),
      at(50, { kind: 'switched-in' }),
    ];
    expect(tracedIn(spans, moments).map((amounts) => Object.fromEntries(amounts))).toEqual([
      { hypercalls: 1, 'hypercall.mmu_update': 1, 'page-table-writes': 1 },
      {},
      {
        hypercalls: 2,
        'hypercall.mmu_update': 1,
        'hypercall.multicall': 1,
        subcalls: 1,
        restarts: 1,
        traps: 1,
      },
    ]);
  });
});
