import { describe, expect, it } from 'vitest';
import { momentsOf } from './timeline.ts';

const MMU_UPDATE = 1;

function runs(cpu: number, tsc: bigint, domid: number) {
  // From runnable (1) to running (0).
  return { cpu, event: 0x21001 | (1 << 8), tsc, words: [(domid << 16) | 0] };
}
function hypercall(cpu: number, tsc: bigint, op = MMU_UPDATE) {
  return { cpu, event: 0x20100d, tsc, words: [op | (1 << 22), 3] };
}

describe('momentsOf', () => {
  it('gives each record to the domain that its processor ran', () => {
    const records = [
      hypercall(0, 1n),
      runs(0, 2n, 0),
      hypercall(0, 3n),
      runs(1, 4n, 5),
      hypercall(1, 5n, 22),
      hypercall(0, 6n, 13),
    ];
    expect(momentsOf(records, 0)).toEqual([
      { tsc: 3n, event: { kind: 'hypercall', name: 'mmu_update', restarted: false } },
      { tsc: 6n, event: { kind: 'hypercall', name: 'multicall', restarted: false } },
    ]);
    expect(momentsOf(records, 5)).toEqual([
      {
        tsc: 5n,
        event: { kind: 'hypercall', name: 'update_va_mapping_otherdomain', restarted: false },
      },
    ]);
  });

  it('tells of a return after another ran, not of going on', () => {
    const goesOn = { cpu: 0, event: 0x21002, tsc: 4n, words: [0] };
    const stops = { cpu: 0, event: 0x21001 | (2 << 4), tsc: 5n, words: [0] };
    const records = [runs(0, 1n, 7), runs(0, 2n, 0), goesOn, stops, runs(0, 6n, 7)];
    expect(momentsOf(records, 0)).toEqual([{ tsc: 2n, event: { kind: 'switched-in' } }]);
    expect(momentsOf(records, 7)).toEqual([{ tsc: 6n, event: { kind: 'switched-in' } }]);
  });

  it('knows a call that was preempted and goes on', () => {
    const again = { cpu: 0, event: 0x20100d, tsc: 2n, words: [MMU_UPDATE | (1 << 22), 0x80000002] };
    const other = { ...again, words: [24 | (1 << 22), 0x80000002] };
    const moments = momentsOf([runs(0, 1n, 0), again, other], 0);
    expect(moments.map(({ event }) => event)).toEqual([
      { kind: 'hypercall', name: 'mmu_update', restarted: true },
      { kind: 'hypercall', name: 'vcpu_op', restarted: false },
    ]);
  });

  it('sorts the records of several processors by time', () => {
    const records = [runs(0, 1n, 0), hypercall(0, 9n, 24), runs(1, 2n, 0), hypercall(1, 3n, 29)];
    expect(momentsOf(records, 0).map(({ tsc }) => tsc)).toEqual([3n, 9n]);
  });

  it('knows traps, with addresses of 64 bits too, and calls within a multicall', () => {
    const at = (event: number) => ({ cpu: 0, event, tsc: 2n, words: [26, 0, 0, 0] });
    const kinds = [0x20110b, 0x201104, 0x201103, 0x20200e, 0x201fff].map(
      (event) => momentsOf([runs(0, 1n, 0), at(event)], 0)[0]?.event,
    );
    expect(kinds).toEqual([
      { kind: 'page-table-write' },
      { kind: 'page-fault' },
      { kind: 'trap' },
      { kind: 'subcall', name: 'mmuext_op', restarted: false },
      undefined,
    ]);
  });
});
