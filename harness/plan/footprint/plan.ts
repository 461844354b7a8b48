/**
 * Options and plan of footprint.
 */
import { footprint, type SEARCHES } from '../../../bench/footprint/index.ts';
import type { FootprintState } from '../../../bench/words.ts';
import { type CreatedIntrospectors, createdIntrospectors } from '../introspectors.ts';
import { type CommonOptions, type RawRunOptions, resolveShared } from '../options.ts';
import type { ObservingPlan } from '../plan.ts';
import { oneOf } from '../values.ts';

/** What a look at memory is asked to do. */
export interface FootprintOptions extends CommonOptions {
  benchmark: 'footprint';
  states: FootprintState[];
  search: (typeof SEARCHES)[number];
}

const [SEARCH] = footprint.parameters;

/** Words that a user may choose. */
export const FOOTPRINT_CHOICES = { search: SEARCH } as const;

/**
 * A look at memory. What an introspector has to pass is a pass over all pages of the page-walk in each
 * state.
 */
export type FootprintPlan = ObservingPlan<FootprintOptions> & CreatedIntrospectors;

/**
 * The plan for these options.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeFootprintPlan(raw: RawRunOptions): FootprintPlan {
  return {
    benchmark: 'footprint',
    options: {
      ...resolveShared(footprint, raw),
      search: oneOf('--search', SEARCH.choices, raw.search ?? SEARCH.default),
    },
    jobs: [],
    ...createdIntrospectors(raw),
  };
}
