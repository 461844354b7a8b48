/**
 * What benchmarks have in common that create introspectors of their own, of every arm.
 */
import type { DomainSpec } from '../../infra/testbed.ts';
import type { RawRunOptions } from './options.ts';
import { makePageWalkPlan, type PageWalkPlan } from './page-walk/plan.ts';
import type { SpecOf } from './plan.ts';

/** The arms that are domains, as such a benchmark creates them. */
export const CREATED_DOMAINS = {
  minios: { role: 'introspector', name: 'tv-own-minios' },
  'linux-domu': { role: 'introspector', name: 'tv-own-linux', kernel: 'linux' },
} as const satisfies Record<string, SpecOf<'introspector'>>;

/** An arm that is a domain. */
export type DomainArm = keyof typeof CREATED_DOMAINS;

/** Whether an arm is a domain of its own. */
export function isDomainArm(arm: string): arm is DomainArm {
  return Object.hasOwn(CREATED_DOMAINS, arm);
}

/** Their part of a plan. */
export interface CreatedIntrospectors {
  target: SpecOf<'target'>;
  /** The page-walk that they do, or do a part of. */
  pageWalk: PageWalkPlan;
  introspectors: Readonly<Record<DomainArm, SpecOf<'introspector'>>>;
  /** One of them is there at a time; Linux needs most. */
  atOnce: readonly DomainSpec[];
  needs: 'probe';
}

/** That part for these options. */
export function createdIntrospectors(raw: RawRunOptions): CreatedIntrospectors {
  const pageWalk = makePageWalkPlan(raw);
  return {
    target: pageWalk.domains.target,
    pageWalk,
    introspectors: CREATED_DOMAINS,
    atOnce: [CREATED_DOMAINS['linux-domu']],
    needs: 'probe',
  };
}
