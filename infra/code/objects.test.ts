import { describe, expect, it } from 'vitest';
import { callSitesOf, definedHypercalls } from './objects.ts';

describe('callSitesOf', () => {
  it('reads numbers of hypercalls and instructions of system calls', () => {
    const listing = [
      '  402000:\te8 00 00 00 00       \tcall   401000 <hypercall_page>',
      '  402005:\te8 00 00 00 00       \tcall   401020 <hypercall_page+0x20>',
      '  40200a:\te8 00 00 00 00       \tcall   401020 <hypercall_page+0x20>',
      '  40200f:\te8 00 00 00 00       \tcall   4013a0 <hypercall_page+0x3a0>',
      '  402014:\te8 00 00 00 00       \tcall   403000 <printk>',
      '  402019:\t0f 05                \tsyscall',
    ].join('\n');
    expect(callSitesOf(listing)).toEqual({ hypercalls: [0, 1, 29], systemCalls: 1 });
  });
});

describe('definedHypercalls', () => {
  it('takes numbers, each once, and no aliases', () => {
    const header = [
      '#define __HYPERVISOR_set_trap_table        0',
      '#define __HYPERVISOR_sched_op_compat       6 /* compat */',
      '#define __HYPERVISOR_arch_0               48',
      '#define __HYPERVISOR_dom0_op __HYPERVISOR_platform_op',
      '#define __HYPERVISOR_again 6',
    ].join('\n');
    expect(definedHypercalls(header)).toEqual([0, 6, 48]);
  });
});
