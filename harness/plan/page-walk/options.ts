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
  /** Name or id of the guest that is read instead of a target of ours; empty: ours. */
  guest: string;
  /** Where its pages are looked for, in hex; empty: at its kernel's entry of system calls. */
  address: string;
  /** Without an address: what of it is read. */
  region: GuestRegion;
  /** Whether it may be paused. */
  allowPause: boolean;
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

/** Pages of a batch that upstream LibVMI can keep: of its 512 some are page tables. */
const LIBVMI_PAGES = 500;

/** Sizes of the target's pages, the default first. */
export const PAGE_SIZES = ['4k', '2m', '1g'] as const;

/** What is read of a guest that is not ours, the default first. */
export const GUEST_REGIONS = ['kernel', 'process'] as const;

/** The text of its kernel, or pages of the process that its vcpu 0 is in. */
export type GuestRegion = (typeof GUEST_REGIONS)[number];

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
    guest: '',
    address: '',
    region: GUEST_REGIONS[0],
    allowPause: raw.allowPause ?? false,
  };
  if (options.arms.includes('dom0-libvmi')) checkLibvmi(options);
  if (options.target === 'existing') return { ...options, ...resolveGuest(raw) };
  if (raw.address !== undefined || raw.region !== undefined || raw.allowPause) {
    throw usage(
      '--address, --region and --allow-pause are about a guest of the host.',
      'Name it: --target <name or id>.',
    );
  }
  if (options.target === 'pv' && options.pageSize !== '4k') {
    throw usage(
      `--target pv --page-size ${options.pageSize}: Xen gives PV guests 4 KiB pages only.`,
      'Use --page-size 4k, or --target pvh.',
    );
  }
  return options;
}

/** @throws UserError of kind `usage` for what upstream LibVMI cannot be asked */
function checkLibvmi({ batch, target }: PageWalkOptions): void {
  if (batch > LIBVMI_PAGES) {
    throw usage(
      `--arm dom0-libvmi --batch ${batch}: LibVMI keeps too few pages mapped for that.`,
      `Use --batch ${LIBVMI_PAGES}, or fewer.`,
    );
  }
  if (target === 'existing') {
    throw usage(
      '--arm dom0-libvmi: LibVMI changes the memory limit of a domain that it opens, and a guest that is not ours is only read.',
      'Leave that arm out, or use a target of ours.',
    );
  }
}

/** What is said of a guest that is not ours. */
function resolveGuest(raw: RawRunOptions): Pick<PageWalkOptions, 'guest' | 'address' | 'region'> {
  const { target: guest = '', address = '' } = raw;
  if (raw.pageSize !== undefined) {
    throw usage(
      '--page-size is about a target of ours: the pages of a guest are as they are.',
      'Leave it out, or choose other pages with --address or --region.',
    );
  }
  if (raw.address !== undefined && raw.region !== undefined) {
    throw usage('--address and --region both say what is read.', 'Leave one of them out.');
  }
  if (address !== '' && !/^0x[0-9a-f]{1,13}000$|^0x0$/i.test(address)) {
    throw usage(
      `--address ${address}: no address of a page.`,
      'Give a virtual address in hex that ends in 000, such as 0xffffffff81000000.',
    );
  }
  const region = oneOf('--region', GUEST_REGIONS, raw.region ?? GUEST_REGIONS[0]);
  return { guest, address, region };
}
