/**
 * What Xen's records say: entries of PV guests into Xen, and which vcpu a processor runs
 * (xen/include/public/trace.h, classes TRC_PV and TRC_SCHED; their contents in xen/arch/x86/pv/trace.c,
 * xen/common/trace.c and xen/common/sched/core.c).
 */
import { hypercallName } from './hypercalls.ts';
import type { TraceRecord } from './records.ts';

/** Why a PV guest was in Xen, other than by a hypercall. */
export type TrapKind =
  | 'trap'
  | 'page-fault'
  | 'forced-invalid-op'
  | 'privileged-instruction'
  | 'math-state-restore'
  | 'paging-fixup'
  | 'descriptor-fault'
  | 'page-table-write';

/** One record's meaning. */
export type XenEvent =
  | { kind: 'hypercall'; name: string; restarted: boolean }
  /** A call within a multicall. */
  | { kind: 'subcall'; name: string; restarted: boolean }
  | { kind: TrapKind }
  /** From here on the processor runs this vcpu. */
  | { kind: 'runs'; domid: number; vcpu: number };

/** Classes and subclasses that are recorded: entries of PV guests, calls in multicalls, runstates. */
export const TRACE_MASK = 0x00201000 | 0x00202000 | 0x00021000;

const TRC_SCHED_RUNSTATE_CHANGE = 0x00021001;
const TRC_SCHED_CONTINUE_RUNNING = 0x00021002;
/** The states before and after stand in the event's number: bits 8, 9 and 4, 5. */
const RUNSTATE_BITS = 0x330;
const RUNSTATE_RUNNING = 0;

const TRC_PV_HYPERCALL_V2 = 0x0020100d;
const TRC_PV_HYPERCALL_SUBCALL = 0x0020200e;
/** Addresses of the record are 64 bits wide: the same event. */
const TRC_64_FLAG = 0x100;
/** Of the first word of a hypercall's record; the rest says which arguments follow. */
const HYPERCALL_OP = 0x000fffff;

const TRAPS: ReadonlyMap<number, TrapKind> = new Map<number, TrapKind>([
  [0x00201003, 'trap'],
  [0x00201004, 'page-fault'],
  [0x00201005, 'forced-invalid-op'],
  [0x00201006, 'privileged-instruction'],
  [0x00201008, 'math-state-restore'],
  [0x00201009, 'paging-fixup'],
  [0x0020100a, 'descriptor-fault'],
  [0x0020100b, 'page-table-write'],
  [0x0020100c, 'page-table-write'],
]);

const MMU_UPDATE = 1;
const MMUEXT_OP = 26;
/** In the number of requests of those two: Xen had preempted the call and begins it anew. */
const MMU_UPDATE_PREEMPTED = 0x80000000;

/**
 * A hypercall by its record. A call that was preempted is recorded again when it goes on; if it stood in
 * a multicall, that is recorded again too, and cannot be told from another one.
 */
function called(first: number, argument = 0): { name: string; restarted: boolean } {
  const op = first & HYPERCALL_OP;
  const counts = op === MMU_UPDATE || op === MMUEXT_OP;
  return {
    name: hypercallName(op),
    restarted: counts && (argument & MMU_UPDATE_PREEMPTED) !== 0,
  };
}

/** The meaning of a record; undefined of one that is about neither. */
export function eventOf({
  event,
  words: [first = 0, argument],
}: TraceRecord): XenEvent | undefined {
  if (event === TRC_PV_HYPERCALL_V2) {
    return { kind: 'hypercall', ...called(first, argument) };
  }
  if (event === TRC_PV_HYPERCALL_SUBCALL) {
    return { kind: 'subcall', ...called(first, argument) };
  }
  const runs =
    event === TRC_SCHED_CONTINUE_RUNNING ||
    ((event & ~RUNSTATE_BITS) === TRC_SCHED_RUNSTATE_CHANGE &&
      ((event >> 4) & 3) === RUNSTATE_RUNNING);
  if (runs) return { kind: 'runs', domid: first >>> 16, vcpu: first & 0xffff };
  const trap = TRAPS.get(event & ~TRC_64_FLAG);
  return trap === undefined ? undefined : { kind: trap };
}
