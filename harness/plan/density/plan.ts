/**
 * Options and plan of density.
 */
import { density, PAIRS } from '../../../bench/density/index.ts';
import type { DensityState } from '../../../bench/words.ts';
import { type CommonOptions, type RawRunOptions, resolveShared } from '../options.ts';
import { makePageWalkPlan, type PageWalkPlan } from '../page-walk/plan.ts';
import type { ObservingPlan, SpecOf } from '../plan.ts';
import { number } from '../values.ts';

/** What a measurement of density is asked to do. */
export interface DensityOptions extends CommonOptions {
  benchmark: 'density';
  /** Empty when it was not asked for. */
  states: DensityState[];
}

const [AT_MOST] = density.parameters;

/** Numbers that a user may choose. */
export const DENSITY_NUMBERS = { domainsAtMost: AT_MOST } as const;

/** An introspector and the target that it alone reads. */
export interface Pair {
  target: SpecOf<'target'>;
  introspector: SpecOf<'introspector'>;
}

/** More and more pairs on one host. */
export interface DensityPlan extends ObservingPlan<DensityOptions> {
  /** The page-walk that each introspector does. */
  pageWalk: PageWalkPlan;
  /** As many as the largest state has. */
  pairs: readonly Pair[];
}

/** Pages that each target has: one batch, so that many of them can be had. */
const PAGES = '500';

function pairOf({ domains }: PageWalkPlan, number: number): Pair {
  return {
    target: { ...domains.target, name: `tv-dense-target-${number}` },
    introspector: { role: 'introspector', name: `tv-dense-${number}` },
  };
}

/** Whether this benchmark was asked for by name or by an option of its own: it takes minutes. */
function isAskedFor({ bench = [], domainsAtMost }: RawRunOptions): boolean {
  return domainsAtMost !== undefined || bench.some((names) => names.split(',').includes('density'));
}

/**
 * The plan for these options.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeDensityPlan(raw: RawRunOptions): DensityPlan {
  const atMost = number(AT_MOST, raw.domainsAtMost);
  const shared = resolveShared(density, raw);
  const states = isAskedFor(raw) ? shared.states.filter((state) => PAIRS[state] <= atMost) : [];
  const pageWalk = makePageWalkPlan({ ...raw, pages: PAGES, batch: PAGES });
  const most = Math.max(0, ...states.map((state) => PAIRS[state]));
  const pairs = Array.from({ length: most }, (_, index) => pairOf(pageWalk, index));
  return {
    benchmark: 'density',
    options: {
      ...shared,
      states,
    },
    jobs: [],
    pageWalk,
    pairs,
    atOnce: pairs.flatMap(({ target, introspector }) => [target, introspector]),
    needs: 'probe',
  };
}
