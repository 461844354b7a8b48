/**
 * How a run ends, and what is known about it then.
 */
import type { BenchmarkId } from '../../bench/registry.ts';
import type { Arm, EventState } from '../../bench/words.ts';
import type { UserError } from '../../infra/errors.ts';
import type { Capabilities } from '../../infra/testbed.ts';
import type { LifeStart } from '../analyse/one-boot.ts';
import type { GuestRegion } from '../plan/page-walk/options.ts';
import type { Creation } from '../plan/plan.ts';
import type { EventTotals, Hello } from '../protocol/records.ts';

/** What an arm read, against what the target says it holds. */
export interface ArmDigest {
  benchmark: BenchmarkId;
  arm: Arm;
  /** 16 hex digits: the batch's digest, or several folded (harness/protocol/digest.ts). */
  digest: string;
  /** The same of the target's own digests. */
  expected: string;
  batches: number;
}

/** Counts of a job of events that add up over jobs; EventTotals says what each is. */
export const ADDED_COUNTS = [
  'executed',
  'events',
  'extra',
  'lost',
  'requests',
  'responses',
  'errors',
  'notifications',
  'waits',
] as const;

/** Counts by name; null where they cannot be known. */
export type AddedCounts = {
  [Name in (typeof ADDED_COUNTS)[number]]: EventTotals[Name] extends number
    ? number
    : number | null;
};

/** Benchmarks that count events. */
export type EventBenchmark = 'events' | 'guest-events';

/** Events of all jobs of an arm in a state, as the target and the introspector counted them. */
export interface EventCount extends AddedCounts {
  benchmark: EventBenchmark;
  arm: Arm;
  state: EventState;
  jobs: number;
  /** Events that the jobs asked for. */
  asked: number;
  /** Null where they cannot be seen. */
  hypercalls: number | null;
  syscalls: number | null;
}

/** A request beyond what reading the target needs, and what came of it. */
export interface RefusalResult {
  /** `target-writable`, `other-domain`, `other-domain-writable`, `target-unlabelled` or `read-only-events`. */
  attempt: string;
  /** What was asked for, in words. */
  meaning: string;
  /** Role of the domain that asked. */
  by: string;
  outcome: 'refused' | 'granted';
  /** Present where the run's privilege opens it, so that to grant it is no failure. */
  expected?: 'granted';
  /** Errno that the domain got; 0 when granted. */
  errno: number;
  /** FLASK's report of the denial, as printed on Xen's console; empty when granted, and without FLASK. */
  denial: string;
}

/** Where pages of a guest that is not ours were looked for. */
export type RegionKind = GuestRegion | 'address';

/** The region of the target, as it reported it itself. */
export interface TargetRegion {
  base: bigint;
  /** 4 KiB units. */
  pages: number;
  pageSize: string;
  batch: number;
  /** Digest by index of a batch's first page: its own, or of a stranger what was read first. */
  digests: Map<number, { pages: number; digest: string }>;
  /** What the target's processor has by which some events do not come about; undefined: not said. */
  processor?: { fsgsbase: boolean; umip: boolean };
  /** Whether it is of a guest that is not ours. */
  isStranger?: boolean;
  /** What of that guest it is: pages around a given address, if not those that an option names. */
  kind?: RegionKind;
  /** Levels that a walk of its pages reads, where that is known from looking at them alone. */
  depth?: number;
  /** What introspectors are told that may not ask: the address space, and the levels of its paging. */
  space?: { cr3: bigint; levels: number };
}

/** Everything about a run besides its samples. Filled as the run goes. */
export interface RunFacts {
  /** Machine that it took place on, by the name of its benchmark; absent: the run has one. */
  machine?: string;
  capabilities?: Capabilities;
  /** How each life of a testbed that we start came to be; none of a host that was up. */
  starts: LifeStart[];
  /** What each introspector said of itself, and where it ran. */
  introspectors: (Creation & { arm: Arm; hello: Hello })[];
  region?: TargetRegion;
  digests: ArmDigest[];
  /** Of benchmarks of events. */
  events: EventCount[];
  refusals: RefusalResult[];
  /** Domains that were created, as they were asked for. */
  domains: {
    boot: number;
    creation: number;
    name: string;
    domid: number;
    spec: Record<string, unknown>;
    config: string;
  }[];
  /** What was asked for and could not be had, with the reason. */
  skipped: { what: string; reason: string }[];
  /** Consoles by name, as text. */
  consoles: Record<string, string>;
  /** Things a reader of the result should know. */
  warnings: string[];
  /** What the run made and could not remove, with what to do about it. */
  left: string[];
}

/** What is known of a run before it begins. */
export function noFacts(machine?: string): RunFacts {
  return {
    ...(machine === undefined ? {} : { machine }),
    starts: [],
    introspectors: [],
    digests: [],
    events: [],
    skipped: [],
    refusals: [],
    domains: [],
    consoles: {},
    warnings: [],
    left: [],
  };
}

/**
 * `success`; `failure`: what is measured is wrong; `skipped`: this testbed cannot answer;
 * `error`: our side broke; `crash`: a domain or an introspector died; `interrupted`: by the user.
 */
export type RunOutcome =
  | { status: 'success'; facts: RunFacts }
  | { status: 'failure'; facts: RunFacts; reason: string }
  | { status: 'skipped'; facts: RunFacts; reason: string }
  | { status: 'error' | 'crash'; facts: RunFacts; error: UserError }
  | { status: 'interrupted'; facts: RunFacts; error: UserError };
