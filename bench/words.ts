/**
 * The words of the suite. Every room uses these names and no others.
 */

/**
 * Placements under comparison. `dom0-libvmi` is upstream LibVMI, where there is one; `minios-own` is a
 * Mini-OS image that the user brought; those that end in `-again` are the same placement once more, for A/A: what differs between them is chance.
 * `linux-domu` is a Linux domain that does what the Mini-OS domain does.
 */
export const ARMS = [
  'dom0',
  'minios',
  'linux-domu',
  'dom0-libvmi',
  'minios-own',
  'dom0-again',
  'minios-again',
] as const;

/** One placement of the introspector. */
export type Arm = (typeof ARMS)[number];

/**
 * What is remembered from the page before: `cold` nothing, `tables` the page-table pages,
 * `warm` everything (second pass), `batch` many frames mapped in one call.
 */
export const CACHE_STATES = ['cold', 'tables', 'warm', 'batch'] as const;

/** State of the library's caches when a page is read. */
export type CacheState = (typeof CACHE_STATES)[number];

/**
 * Protocols of a page-walk. `v1` is ours; `seed-2018` is how the paper did it, to be compared with:
 * one batch, LibVMI's caches as they are, a clock of microseconds, the mean.
 */
export const PROTOCOLS = ['v1', 'seed-2018'] as const;

/** How a page-walk is measured. */
export type Protocol = (typeof PROTOCOLS)[number];

/** What a job of a page-walk is about: a cache state by protocol `v1`, or the other protocol. */
export const PAGE_STATES = [...CACHE_STATES, 'seed-2018'] as const;

/** A cache state, or the protocol of 2018. */
export type PageState = (typeof PAGE_STATES)[number];

/**
 * What a guest does that an introspector listens to. Names are kinds of event; those with a part
 * more are the same kind under another load or another way of waiting.
 */
export const EVENT_STATES = [
  'cpuid',
  'cr3-write',
  'msr-write',
  'debug',
  'descriptor',
  'guest-request',
  'breakpoint',
  'cr3-write-walk',
  'cpuid-block',
  'cpuid-poll',
  'cpuid-steady',
  'vcpus-1',
  'vcpus-2',
  'vcpus-4',
  'vcpus-8',
  'vcpus-2-each',
  'vcpus-4-each',
  'vcpus-8-each',
  'busy-2',
  'busy-4',
  'busy-8',
] as const;

/** A kind of event and the way in which it is listened to. */
export type EventState = (typeof EVENT_STATES)[number];

/** What is counted or measured of the code that an arm runs on. */
export const CODE_STATES = ['lines', 'code', 'text', 'data', 'hypercalls', 'system-calls'] as const;

/** A way to size code. */
export type CodeState = (typeof CODE_STATES)[number];

/** What an introspector's start leads to. */
export const BOOT_STATES = ['first-page'] as const;

/** A way from nothing to an introspector. */
export type BootState = (typeof BOOT_STATES)[number];

/** Memory of an introspector, by whom it is spent and for what. */
export const FOOTPRINT_STATES = ['smallest', 'held', 'overhead', 'beneath'] as const;

/** A part of an introspector's memory. */
export type FootprintState = (typeof FOOTPRINT_STATES)[number];

/** How many introspectors with a target each there are at once. */
export const DENSITY_STATES = [
  'pairs-1',
  'pairs-2',
  'pairs-4',
  'pairs-8',
  'pairs-16',
  'pairs-32',
] as const;

/** A number of introspectors. */
export type DensityState = (typeof DENSITY_STATES)[number];

/** What a measure is about besides its arm, whatever the benchmark. */
export const STATES = [
  ...CACHE_STATES,
  ...EVENT_STATES,
  ...CODE_STATES,
  ...BOOT_STATES,
  ...FOOTPRINT_STATES,
  ...DENSITY_STATES,
] as const;

/** A state of some benchmark. */
export type State = (typeof STATES)[number];

/** Units of a measure, as summary.json names them. */
export const UNITS = ['instructions', 'ticks', 'ns', 'bytes', 'lines', 'count'] as const;

/** Unit of a measure. */
export type Unit = (typeof UNITS)[number];

/** Units of what is counted or sized, not timed: the same thing has the same figure each time. */
const EXACT_UNITS: readonly string[] = ['bytes', 'lines', 'count'] satisfies Unit[];

/** Whether a figure of this unit is exact when it was found once. */
export function isExact(unit: string): boolean {
  return EXACT_UNITS.includes(unit);
}

/** Labels of arms for people. */
export const ARM_LABELS: Readonly<Record<Arm, string>> = {
  dom0: 'Dom0',
  minios: 'Mini-OS',
  'linux-domu': 'Linux domain',
  'dom0-libvmi': 'Dom0 with upstream LibVMI',
  'minios-own': 'Mini-OS from own image',
  'dom0-again': 'Dom0 again',
  'minios-again': 'Mini-OS again',
};

/** The same placement once more, of those that have one. */
export const TWINS: Readonly<Partial<Record<Arm, Arm>>> = {
  dom0: 'dom0-again',
  minios: 'minios-again',
};

/** One sentence for each state, for legends and help texts. */
export const STATE_MEANINGS: Readonly<Record<State, string>> = {
  cold: 'nothing mapped, nothing remembered: every level of the walk and the page are mapped anew',
  tables: 'page-table pages stay mapped, the data page is mapped anew',
  warm: 'second pass: everything is mapped, the walk is remembered',
  batch: 'all pages of a batch are walked first and mapped in one call',
  cpuid: 'CPUID, which always leaves the guest',
  'cr3-write': 'a switch between two processes: one load of CR3',
  'msr-write': 'WRMSR to KERNEL_GS_BASE, by arch_prctl',
  debug:
    'a debug exception (one instruction under the trap flag), given back to the guest as SIGTRAP',
  descriptor: 'SGDT, which reads a descriptor register',
  'guest-request': 'a hypercall by which the guest itself asks for an event',
  breakpoint: 'INT3, given back to the guest as SIGTRAP',
  'cr3-write-walk': 'cr3-write, and the handler walks and reads pages before it answers',
  'cpuid-block': 'cpuid, the introspector asleep until Xen signals',
  'cpuid-poll': 'cpuid, the introspector looking again and again',
  'cpuid-steady': 'cpuid at a steady rate instead of in a burst',
  'vcpus-1': 'cpuid on one vcpu of a target that has eight',
  'vcpus-2': 'cpuid on two of them at once',
  'vcpus-4': 'cpuid on four of them at once',
  'vcpus-8': 'cpuid on all eight at once',
  'vcpus-2-each': 'vcpus-2, and Xen is told of each answer by itself',
  'vcpus-4-each': 'vcpus-4, and Xen is told of each answer by itself',
  'vcpus-8-each': 'vcpus-8, and Xen is told of each answer by itself',
  'busy-2': 'cpuid on one vcpu while another computes, a unit of work every 20 ms',
  'busy-4': 'cpuid on one vcpu while three others compute so',
  'busy-8': 'cpuid on one vcpu while seven others compute so',
  lines: 'physical lines of every file, blank ones and comments too, as the paper counted',
  code: 'lines of code by cloc: neither blank nor comment',
  'first-page': 'from nothing to the first page that is read and answered',
  smallest: 'the least memory with which it passes a page-walk, found by search',
  held: 'what it holds as it is used in the other benchmarks',
  overhead: 'what Xen spends on the domain beside the memory that it holds',
  beneath: 'what the domain holds that it runs in, and cannot run without',
  'pairs-1': 'one introspector with a target',
  'pairs-2': '2 introspectors with a target each',
  'pairs-4': '4 introspectors with a target each',
  'pairs-8': '8 introspectors with a target each',
  'pairs-16': '16 introspectors with a target each',
  'pairs-32': '32 introspectors with a target each',
  text: 'bytes of machine code and read-only data of what is in memory',
  data: 'bytes of initialised data of what is in memory',
  hypercalls: 'hypercalls that an introspector can make, by their numbers',
  'system-calls': 'system calls that it can make, by their numbers',
};
