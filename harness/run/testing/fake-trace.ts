/**
 * What Xen would record of the fake introspectors, for tests.
 */
import type { TraceRecord } from '../../../infra/trace/records.ts';
import { openedAt } from './fake-introspector.ts';
import type { FakeTestbed } from './fake-testbed.ts';

const MMU_UPDATE = 1;
const UPDATE_VA_MAPPING_OTHERDOMAIN = 22;
const RUNNABLE_TO_RUNNING = 0x21101;
const HYPERCALL = 0x20100d;

/** So many hypercalls of each domain, on a processor of its own, while each batch is opened. */
export function tracing(ofDom0: number, ofMinios: number) {
  return ({ live }: FakeTestbed): TraceRecord[] => {
    const minios = [...live].findLast(({ spec }) => spec.role === 'introspector');
    const processor = (cpu: number, domid: number, op: number, calls: number): TraceRecord[] => [
      { cpu, event: RUNNABLE_TO_RUNNING, tsc: 1n, words: [domid << 16] },
      ...[0, 1, 2].flatMap((batch) =>
        Array.from({ length: calls }, (_, call): TraceRecord => {
          return { cpu, event: HYPERCALL, tsc: BigInt(openedAt(batch) + call), words: [op, call] };
        }),
      ),
    ];
    return [
      ...processor(0, 0, MMU_UPDATE, ofDom0),
      ...processor(1, minios?.domid ?? 0, UPDATE_VA_MAPPING_OTHERDOMAIN, ofMinios),
    ];
  };
}
