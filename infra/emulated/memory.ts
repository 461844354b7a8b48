/** How much memory an emulated host needs for its domains. */
import type { DomainSpec } from '../testbed.ts';
import { roomMiB } from '../xl/memory.ts';
import { DOM0_MEMORY_MIB } from './qemu-arguments.ts';

/** Xen itself, its records of frames, and what QEMU's firmware keeps. */
const XEN_MIB = 192;
const SMALLEST_MIB = 1536;
const STEP_MIB = 256;

/** Memory of the emulated host in MiB, when it is to hold these domains at once. */
export function hostMemoryMiB(domains: readonly DomainSpec[]): number {
  const needed = DOM0_MEMORY_MIB + XEN_MIB + roomMiB(domains);
  return Math.max(SMALLEST_MIB, Math.ceil(needed / STEP_MIB) * STEP_MIB);
}
