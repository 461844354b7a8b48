/** How much memory an emulated host needs for its domains. */
import type { DomainSpec } from '../testbed.ts';
import { memoryMiB } from '../xl/config.ts';
import { DOM0_MEMORY_MIB } from './qemu-arguments.ts';

/** Xen itself, its records of frames, and what QEMU's firmware keeps. */
const XEN_MIB = 192;
/** Xen's record of a frame and a guest's nested page tables, as a part of the guest's memory. */
const OVERHEAD = 1 / 32;
const SMALLEST_MIB = 1536;
const STEP_MIB = 256;

/** Memory of the emulated host in MiB, when it is to hold these domains at once. */
export function hostMemoryMiB(domains: readonly DomainSpec[]): number {
  const guests = domains.reduce((sum, spec) => sum + memoryMiB(spec) + 2, 0);
  const needed = DOM0_MEMORY_MIB + XEN_MIB + guests * (1 + OVERHEAD);
  return Math.max(SMALLEST_MIB, Math.ceil(needed / STEP_MIB) * STEP_MIB);
}
