/** How much memory an emulated host needs for its domains, and its Dom0 for their device models. */
import type { DomainSpec } from '../testbed.ts';
import { hvmGuestsOf } from '../xl/config.ts';
import { roomMiB } from '../xl/memory.ts';

/** Dom0's memory: its initramfs, the toolstack, and the images of guests to load. */
const DOM0_MIB = 512;
/** The archive that a Dom0 with HVM guests has besides: 39.1 MiB out of Debian 12, 53.6 out of Debian 13. */
const DEVICE_MODEL_ARCHIVE_MIB = 56;
/** Memory of its own that QEMU takes in Dom0 for one guest, 20 MiB, and what Xen shares with it. */
const DEVICE_MODEL_MIB = 24;
/** Xen itself, its records of frames, and what QEMU's firmware keeps. */
const XEN_MIB = 192;
const SMALLEST_MIB = 1536;
const STEP_MIB = 256;

/** Memory in MiB of an emulated host's Dom0. @param hvmGuests that there are at once */
export function dom0MemoryMiB(hvmGuests: number): number {
  if (hvmGuests === 0) return DOM0_MIB;
  return DOM0_MIB + DEVICE_MODEL_ARCHIVE_MIB + hvmGuests * DEVICE_MODEL_MIB;
}

/** Memory of the emulated host in MiB, when it is to hold these domains at once. */
export function hostMemoryMiB(domains: readonly DomainSpec[]): number {
  const needed = dom0MemoryMiB(hvmGuestsOf(domains)) + XEN_MIB + roomMiB(domains);
  return Math.max(SMALLEST_MIB, Math.ceil(needed / STEP_MIB) * STEP_MIB);
}
