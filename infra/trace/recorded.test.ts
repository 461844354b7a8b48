/**
 * Traces that Xen 4.17.5 recorded on the emulated testbed: testing/dom0-cold.xt while a process in Dom0
 * read two cold pages of a PVH domain, testing/minios-batch.xt while a Mini-OS domain read a batch of 500.
 */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseTrace } from './records.ts';
import { momentsOf } from './timeline.ts';

async function countsOf(file: string, domid: number): Promise<Record<string, number>> {
  const bytes = await readFile(new URL(`testing/${file}`, import.meta.url));
  const counts: Record<string, number> = {};
  for (const { event } of momentsOf(parseTrace(bytes), domid)) {
    const name = 'name' in event ? `${event.kind} ${event.name}` : event.kind;
    const whole = 'restarted' in event && event.restarted ? `${name}, anew` : name;
    counts[whole] = (counts[whole] ?? 0) + 1;
  }
  return counts;
}

describe('a recorded trace', () => {
  it('of two cold pages read from Dom0: a system call, and so three hypercalls, each mapping', async () => {
    expect(await countsOf('dom0-cold.xt', 0)).toEqual({
      'hypercall iret': 10,
      'hypercall mmu_update': 10,
      'hypercall mmuext_op': 10,
    });
    expect(await countsOf('dom0-cold.xt', 1)).toEqual({});
  });

  it('of a batch read from Mini-OS: one call maps it, one unmaps it and is preempted once', async () => {
    expect(await countsOf('minios-batch.xt', 2)).toEqual({
      'hypercall mmu_update': 1,
      'hypercall multicall': 2,
      'subcall mmu_update': 2,
      'subcall mmu_update, anew': 1,
      'subcall mmuext_op': 1,
      'switched-in': 1,
    });
  });
});
