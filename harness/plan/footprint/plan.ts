/**
 * Options and plan of footprint.
 */
import { footprint, type SEARCHES } from '../../../bench/footprint/index.ts';
import type { FootprintState } from '../../../bench/words.ts';
import { type CommonOptions, type RawRunOptions, resolveArms, resolveCommon } from '../options.ts';
import { makePageWalkPlan, type PageWalkPlan } from '../page-walk/plan.ts';
import type { ObservingPlan, SpecOf } from '../plan.ts';
import { oneOf, someOf } from '../values.ts';

/** What a look at memory is asked to do. */
export interface FootprintOptions extends CommonOptions {
  benchmark: 'footprint';
  states: FootprintState[];
  search: (typeof SEARCHES)[number];
}

const [SEARCH] = footprint.parameters;

/** Words that a user may choose. */
export const FOOTPRINT_CHOICES = { search: SEARCH } as const;

/** A look at memory. */
export interface FootprintPlan extends ObservingPlan<FootprintOptions> {
  target: SpecOf<'target'>;
  /** The page-walk that an introspector has to pass: a pass over all pages in each state. */
  pageWalk: PageWalkPlan;
  /** What the arms that are domains create, as the other benchmarks use it. */
  introspectors: Readonly<Record<'minios' | 'linux-domu', SpecOf<'introspector'>>>;
}

/** Domains that are looked at, by arm. */
export const SIZED_DOMAINS = {
  minios: { role: 'introspector', name: 'tv-sized-minios' },
  'linux-domu': { role: 'introspector', name: 'tv-sized-linux', kernel: 'linux' },
} as const satisfies FootprintPlan['introspectors'];

/**
 * The plan for these options.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeFootprintPlan(raw: RawRunOptions): FootprintPlan {
  const pageWalk = makePageWalkPlan(raw);
  const introspectors = SIZED_DOMAINS;
  return {
    benchmark: 'footprint',
    options: {
      ...resolveCommon(raw),
      benchmark: 'footprint',
      arms: resolveArms(footprint.arms, raw),
      states: someOf('--state', footprint.states, raw.state),
      search: oneOf('--search', SEARCH.choices, raw.search ?? SEARCH.default),
    },
    jobs: [],
    target: pageWalk.domains.target,
    pageWalk,
    introspectors,
    atOnce: [introspectors['linux-domu']],
  };
}
