/**
 * Options of the page-walk benchmark.
 */
import { MAX_BATCH, MAX_PAGES, pageWalk } from '../../../bench/page-walk/index.ts';
import { type CacheState, PROTOCOLS, type Protocol } from '../../../bench/words.ts';
import type { PageSize } from '../../../infra/testbed.ts';
import { type CommonOptions, type RawRunOptions, resolveShared } from '../options.ts';
import { bounded, number, oneOf, usage } from '../values.ts';

/** What a page-walk is asked to do, complete and within bounds. */
export interface PageWalkOptions extends CommonOptions {
  benchmark: 'page-walk';
  states: CacheState[];
  /** `v1` always; A/A has no other. */
  protocols: Protocol[];
  /** Consecutive 4 KiB pages in all. */
  pages: number;
  /** Pages in a batch. */
  batch: number;
  pageSize: PageSize;
  /** Passes before them, recorded as warm-up and kept out of every estimate. */
  warmup: number;
}

/**
 * Numbers that a user may choose. The defaults make 48 jobs of 3 passes of 500 pages: 6,000
 * recorded pages for each arm and state, in well under three minutes on two cores.
 */
export const PAGE_WALK_NUMBERS = {
  pages: bounded('pages', 'consecutive 4 KiB pages to read', 500, 1, MAX_PAGES),
  batch: bounded('batch', 'pages in a batch', 500, 1, MAX_BATCH),
  warmup: bounded('warmup', 'passes before the recorded ones, kept but not counted', 1, 0, 10_000),
} as const;

/** Sizes of the target's pages, the default first. */
export const PAGE_SIZES = ['4k', '2m', '1g'] as const;

/** What `--protocol` may be, the default first. */
export const PROTOCOL_CHOICES: Readonly<Record<'both' | 'v1', readonly Protocol[]>> = {
  both: PROTOCOLS,
  v1: ['v1'],
};

const PROTOCOL_NAMES = Object.keys(PROTOCOL_CHOICES) as (keyof typeof PROTOCOL_CHOICES)[];

/**
 * Completes and checks what the user asked for.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function resolveOptions(raw: RawRunOptions): PageWalkOptions {
  const pages = number(PAGE_WALK_NUMBERS.pages, raw.pages);
  const protocols = oneOf('--protocol', PROTOCOL_NAMES, raw.protocol ?? 'both');
  const options: PageWalkOptions = {
    ...resolveShared(pageWalk, raw),
    protocols: raw.aa ? ['v1'] : [...PROTOCOL_CHOICES[protocols]],
    pages,
    batch: Math.min(pages, number(PAGE_WALK_NUMBERS.batch, raw.batch)),
    pageSize: oneOf('--page-size', PAGE_SIZES, raw.pageSize ?? PAGE_SIZES[0]),
    warmup: number(PAGE_WALK_NUMBERS.warmup, raw.warmup),
  };
  if (options.target === 'pv' && options.pageSize !== '4k') {
    throw usage(
      `--target pv --page-size ${options.pageSize}: Xen gives PV guests 4 KiB pages only.`,
      'Use --page-size 4k, or --target pvh.',
    );
  }
  return options;
}
