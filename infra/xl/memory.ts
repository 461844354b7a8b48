/** How much memory domains take from Xen, and not only for themselves. */
import type { DomainSpec } from '../testbed.ts';
import { memoryMiB } from './config.ts';

/** Xen's record of a frame and a guest's nested page tables, as a part of the guest's memory. */
const OVERHEAD = 1 / 32;
/** Of each domain: its vcpus, its grant tables, its console and xenstore pages. */
const EACH_MIB = 2;

/** Memory in MiB that Xen must have to hold these domains at once. */
export function roomMiB(domains: readonly DomainSpec[]): number {
  return domains.reduce((sum, spec) => sum + memoryMiB(spec) + EACH_MIB, 0) * (1 + OVERHEAD);
}
