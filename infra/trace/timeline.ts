/**
 * Who did what when: Xen's records in the order of time, each with the domain that its processor ran.
 */
import { eventOf, type XenEvent } from './events.ts';
import type { TraceRecord } from './records.ts';

/** An entry into Xen, or the vcpu's return to a processor that had run another meanwhile. */
export type DomainEvent = Exclude<XenEvent, { kind: 'runs' }> | { kind: 'switched-in' };

/** What a domain did, and when by the time-stamp counter. */
export interface Moment {
  tsc: bigint;
  event: DomainEvent;
}

interface Vcpu {
  domid: number;
  vcpu: number;
}

/**
 * What one domain did, in the order of time. What a processor did before its first record of a vcpu
 * that runs is nobody's, and is left out. Time-stamp counters of the processors have to agree, which
 * Xen sees to on hosts where it says so itself ("TSC is reliable").
 */
export function momentsOf(records: readonly TraceRecord[], domid: number): Moment[] {
  const running = new Map<number, Vcpu>();
  const moments: Moment[] = [];
  for (const record of records) {
    const event = eventOf(record);
    if (event === undefined || record.tsc === undefined) continue;
    const before = running.get(record.cpu);
    if (event.kind !== 'runs') {
      if (before?.domid === domid) moments.push({ tsc: record.tsc, event });
      continue;
    }
    running.set(record.cpu, event);
    const returns = before !== undefined && !(before.domid === domid && before.vcpu === event.vcpu);
    if (event.domid === domid && returns) {
      moments.push({ tsc: record.tsc, event: { kind: 'switched-in' } });
    }
  }
  return moments.sort((a, b) => (a.tsc < b.tsc ? -1 : a.tsc > b.tsc ? 1 : 0));
}
