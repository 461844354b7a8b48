/**
 * The words of the suite. Every room uses these names and no others.
 */

/** Placements under comparison. `dom0-libvmi` is upstream LibVMI, where a host has it. */
export const ARMS = ['dom0', 'minios', 'dom0-libvmi'] as const;

/** One placement of the introspector. */
export type Arm = (typeof ARMS)[number];

/**
 * What is remembered from the page before: `cold` nothing, `tables` the page-table pages,
 * `warm` everything (second pass), `batch` many frames mapped in one call.
 */
export const CACHE_STATES = ['cold', 'tables', 'warm', 'batch'] as const;

/** State of the library's caches when a page is read. */
export type CacheState = (typeof CACHE_STATES)[number];

/** What a measure is about besides its arm, whatever the benchmark. */
export const STATES = CACHE_STATES;

/** A state of some benchmark. */
export type State = CacheState;

/** Units of a measure, as summary.json names them. */
export const UNITS = ['instructions', 'ticks', 'ns', 'bytes', 'lines', 'count'] as const;

/** Unit of a measure. */
export type Unit = (typeof UNITS)[number];

/** Labels of arms for people. */
export const ARM_LABELS: Readonly<Record<Arm, string>> = {
  dom0: 'Dom0',
  minios: 'Mini-OS',
  'dom0-libvmi': 'Dom0, upstream LibVMI',
};

/** One sentence for each state, for legends and help texts. */
export const STATE_MEANINGS: Readonly<Record<State, string>> = {
  cold: 'nothing mapped, nothing remembered: every level of the walk and the page are mapped anew',
  tables: 'page-table pages stay mapped, the data page is mapped anew',
  warm: 'second pass: everything is mapped, the walk is remembered',
  batch: 'all pages of a batch are walked first and mapped in one call',
};
