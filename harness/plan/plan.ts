/**
 * Plans: everything that will be run, in order, before anything is started.
 */
import type { Arm, PageState, State } from '../../bench/words.ts';
import type { DomainSpec, GuestType } from '../../infra/testbed.ts';
import type { CommonOptions } from './options.ts';
import { blockOrder, type Turn } from './order.ts';
import { seededRandom } from './prng.ts';

/** One creation of all domains, in one life of the testbed: where a job belongs. */
export interface Creation {
  /** Life of the testbed, from 0. */
  boot: number;
  /** Creation in that life, from 0. */
  domain: number;
}

/** One job of the measurement: one arm in one state. */
export interface PlannedJob<S extends State | PageState = State | PageState> extends Creation {
  /** Place in the benchmark, from 0. */
  order: number;
  /** Block, from 0 over all creations; of a job before the blocks, the one that follows it. */
  block: number;
  arm: Arm;
  state: S;
}

/** A domain of this role. */
export type SpecOf<Role extends DomainSpec['role']> = Extract<DomainSpec, { role: Role }>;

/** The domains of every run, in the order of their creation. */
export interface PlannedDomains {
  target: SpecOf<'target'>;
  introspector: SpecOf<'introspector'>;
  bystander: SpecOf<'bystander'>;
  unlabelled: SpecOf<'unlabelled'>;
  /** Of arm `minios-own`. */
  own?: SpecOf<'introspector'>;
}

/** A plan of observations: it has no jobs, and its domains, if any, are its own business. */
export interface ObservingPlan<Options extends CommonOptions> {
  benchmark: Options['benchmark'];
  options: Options;
  jobs: readonly never[];
  /** A paused target that it only reads, shared with benchmarks that have the same. */
  target?: SpecOf<'target'>;
  /** Domains that it creates and needs at once, for the memory of the host. */
  atOnce?: readonly DomainSpec[];
  /** What tells it: the host's probe, or Xen's trace. Not every host has one, or may be asked for it. */
  needs?: 'probe' | 'trace';
}

/** Creations of a plan in one boot, in their order. */
export function creationsOf({ domains }: Pick<CommonOptions, 'domains'>, boot: number): Creation[] {
  return Array.from({ length: domains }, (_, domain) => ({ boot, domain }));
}

/** Place of a creation among all of a plan, from 0. */
export function placeOf({ boot, domain }: Creation, { domains }: Pick<CommonOptions, 'domains'>) {
  return boot * domains + domain;
}

/** Blocks of a plan, over all creations. */
export function blocksOf({ boots, domains, blocks }: CommonOptions): number {
  return boots * domains * blocks;
}

/** Whether two creations are the same. */
export function sameCreation(a: Creation, b: Creation): boolean {
  return a.boot === b.boot && a.domain === b.domain;
}

/**
 * The jobs of a benchmark in the order that its seed gives, creation by creation and block by block. A
 * plan may have millions of them, so they are made when they are walked.
 */
export class PlannedJobs<S extends State | PageState = State | PageState>
  implements Iterable<PlannedJob<S>>
{
  readonly #options: JobOptions<S>;
  /** Jobs of one creation, which are as many in each. */
  readonly #each: number;
  /** A walk, what it came to last, and how far it is: creations are asked for in their order, mostly. */
  #walk: Iterator<PlannedJob<S>[]>;
  #last: PlannedJob<S>[] = [];
  #walked = 0;

  constructor(options: JobOptions<S>) {
    this.#options = options;
    this.#walk = this.#creations();
    this.#each = this.#creations().next().value?.length ?? 0;
  }

  /** How many there are. */
  get length(): number {
    const { boots, domains } = this.#options;
    return boots * domains * this.#each;
  }

  /** Those of one creation. */
  of(creation: Creation): PlannedJob<S>[] {
    const place = placeOf(creation, this.#options);
    if (place + 1 < this.#walked) {
      this.#walk = this.#creations();
      this.#walked = 0;
    }
    for (; this.#walked <= place; this.#walked++) this.#last = this.#walk.next().value ?? [];
    return this.#last;
  }

  /** The one of that place; undefined: there are not so many. */
  at(order: number): PlannedJob<S> | undefined {
    if (order >= this.length) return undefined;
    const { domains } = this.#options;
    const place = Math.floor(order / this.#each);
    const creation = { boot: Math.floor(place / domains), domain: place % domains };
    return this.of(creation)[order % this.#each];
  }

  *[Symbol.iterator](): Generator<PlannedJob<S>, void> {
    for (const jobs of this.#creations()) yield* jobs;
  }

  *#creations(): Generator<PlannedJob<S>[], void> {
    const { boots, domains, blocks, arms, states, seed, before = [], keeps } = this.#options;
    const random = seededRandom(seed);
    let order = 0;
    for (let place = 0; place < boots * domains; place++) {
      const creation = { boot: Math.floor(place / domains), domain: place % domains };
      const first = place * blocks;
      const jobs: PlannedJob<S>[] = [];
      const add = (block: number, { arm, state }: Turn<Arm, S>) =>
        jobs.push({ order: order++, ...creation, block, arm, state });
      for (const turn of before) add(first, turn);
      for (let block = 0; block < blocks; block++) {
        for (const turn of blockOrder(arms, states, random)) {
          if (keeps === undefined || keeps(turn.state, block)) add(first + block, turn);
        }
      }
      yield jobs;
    }
  }
}

/** What the jobs of a benchmark are made of. */
export interface JobOptions<S extends State | PageState>
  extends Pick<CommonOptions, 'boots' | 'domains' | 'blocks' | 'arms' | 'seed'> {
  states: readonly S[];
  /** Jobs at the start of each creation, in their order. */
  before?: readonly Turn<Arm, S>[];
  /** Whether jobs of a state are in a block of a creation, counted from 0. Default: they are in all. */
  keeps?: (state: S, block: number) => boolean;
}

/** Kind of the target that a plan makes, if it makes one. */
export function kindToMake(target: CommonOptions['target']): GuestType {
  return target === 'existing' ? 'pvh' : target;
}

/** A second domain like the first, for A/A. */
export function twinOf<Spec extends DomainSpec>(spec: Spec): Spec {
  return { ...spec, name: `${spec.name}-again` };
}

/** The domain that boots a Mini-OS image of the user's own. */
export const OWN_INTROSPECTOR = {
  role: 'introspector',
  name: 'tv-own-image',
  kernel: 'own',
} as const satisfies SpecOf<'introspector'>;

/** Names of the domains that every run has beside its target. */
export const OTHER_DOMAINS = {
  introspector: { role: 'introspector', name: 'tv-introspector' },
  bystander: { role: 'bystander', name: 'tv-bystander' },
  unlabelled: { role: 'unlabelled', name: 'tv-unlabelled' },
} as const satisfies Partial<PlannedDomains>;
