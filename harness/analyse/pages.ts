/**
 * From recorded batches to what a page cost, phase by phase.
 *
 * A batch prepares before its first page (`open`) and releases after its last (`close`). Both
 * belong to its pages in equal shares, so that a page is charged for its unmapping whether that
 * happens page by page or at the end:
 *
 *     walk  = walk                 map   = map + open / pages
 *     copy  = copy                 unmap = unmap + close / pages
 *     total = total + (open + close) / pages
 *     clock = total - walk - map - copy - unmap
 *
 * so the phases of a page add up to its total; `clock` is what reading the clock between the
 * phases cost. In state `batch` the walks and the one mapping call are both in `open`, hence in
 * `map`. Means of phases add up to the mean of the total; medians need not.
 */

/** A recorded batch, as the analysis needs it. Ticks raw, five a page: SAMPLE_FIELDS. */
export interface BatchData {
  /** Life of the testbed, from 0. */
  boot: number;
  /** Creation of the domains in it; absent: the only one. */
  domain?: string | undefined;
  block: number;
  pages: number;
  open: number;
  close: number;
  ticks: Uint32Array;
}

/** Phases in the order of a report. */
export const PHASES = ['total', 'walk', 'map', 'copy', 'unmap', 'clock'] as const;

/** A phase of a page, or the whole of it. */
export type PhaseName = (typeof PHASES)[number];

const FIELDS = 5;

type Ticks5 = readonly [number, number, number, number, number];

const FORMULAS: Readonly<
  Record<PhaseName, (ticks: Ticks5, open: number, close: number) => number>
> = {
  total: ([, , , , total], open, close) => total + open + close,
  walk: ([walk]) => walk,
  map: ([, map], open) => map + open,
  copy: ([, , copy]) => copy,
  unmap: ([, , , unmap], _open, close) => unmap + close,
  clock: ([walk, map, copy, unmap, total]) => total - walk - map - copy - unmap,
};

/** What each page of the batches cost in this phase, in ticks, in the order of measurement. */
export function costOfPages(batches: readonly BatchData[], phase: PhaseName): Float64Array {
  const formula = FORMULAS[phase];
  const costs = new Float64Array(batches.reduce((sum, batch) => sum + batch.pages, 0));
  let at = 0;
  for (const { pages, open, close, ticks } of batches) {
    for (let page = 0; page < pages; page++) {
      const row = ticks.subarray(page * FIELDS, (page + 1) * FIELDS) as unknown as Ticks5;
      costs[at++] = formula(row, open / pages, close / pages);
    }
  }
  return costs;
}
