/**
 * What Xen's trace says of a batch: how often each of its parts entered Xen, and by what.
 */
import { type Count, hypercallPhase } from '../../../bench/anatomy/index.ts';
import type { DomainEvent, Moment } from '../../../infra/trace/timeline.ts';
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
  let next = 0;
  return spans.map(({ from, to }) => {
    const amounts = new Map<string, number>();
    const add = (name: string) => amounts.set(name, (amounts.get(name) ?? 0) + 1);
    while (next < moments.length && (moments[next] as Moment).tsc < from) next++;
    for (; next < moments.length && (moments[next] as Moment).tsc < to; next++) {
      const { event } = moments[next] as Moment;
      add(COUNT_OF[event.kind]);
      if (event.kind === 'hypercall') add(hypercallPhase(event.name));
      if ('restarted' in event && event.restarted) add('restarts');
    }
    return amounts;
  });
}
