/**
 * What Xen and Dom0's Linux would record of the fake introspectors, for tests.
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

/** Linux's trace with so many system calls of the introspector while each batch is opened. */
export function linuxTrace(calls: number): string {
  const lines = [0, 1, 2].flatMap((batch) =>
    Array.from({ length: calls }, (_, call) => {
      const at = `introspector-9 [000] ..... ${openedAt(batch) + call}:`;
      return [`${at} sys_enter: NR 16 (3, 0)`, `${at} sys_ioctl(fd: 3, cmd: 0)`];
    }).flat(),
  );
  const written = `# entries-in-buffer/entries-written: ${lines.length}/${lines.length}   #P:1`;
  return [written, ...lines, ''].join('\n');
}
