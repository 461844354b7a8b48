/**
 * What Xen's trace says of a batch: how often each of its parts entered Xen, and by what.
 */
import { type Count, hypercallPhase, subcallPhase } from '../../../bench/anatomy/index.ts';
import type { DomainEvent, Moment } from '../../../infra/trace/timeline.ts';
import { countIn } from './counted.ts';
import type { Amounts } from './shares.ts';
import type { Span } from './spans.ts';

const COUNT_OF: Readonly<Record<DomainEvent['kind'], Count>> = {
  hypercall: 'hypercalls',
  subcall: 'subcalls',
  'page-table-write': 'page-table-writes',
  'page-fault': 'page-faults',
  'switched-in': 'switches',
  trap: 'traps',
  'forced-invalid-op': 'traps',
  'privileged-instruction': 'traps',
  'math-state-restore': 'traps',
  'paging-fixup': 'traps',
  'descriptor-fault': 'traps',
};

/** Counts that Xen's trace gives, each of them for every batch. */
export const TRACED_COUNTS: readonly Count[] = [...new Set(Object.values(COUNT_OF)), 'restarts'];

/**
 * What happened in each span.
 * @param moments of the introspector's domain, in the order of time
 */
export function tracedIn(spans: readonly Span[], moments: readonly Moment[]): Amounts[] {
  return countIn(spans, moments, ({ event }) => [
    COUNT_OF[event.kind],
    ...(event.kind === 'hypercall' ? [hypercallPhase(event.name)] : []),
    ...(event.kind === 'subcall' ? [subcallPhase(event.name)] : []),
    ...('restarted' in event && event.restarted ? ['restarts'] : []),
  ]);
}
