/**
 * What a result is: summary.json and manifest.json, as the schemas in results/schema say.
 */

import type { Arm, PageState, State } from '../bench/words.ts';
import type { CountMeasure, Held, Measure, Ratio } from '../harness/analyse/analyse.ts';
import type { LifeStart } from '../harness/analyse/one-boot.ts';
import type { UntilEnded } from '../harness/analyse/precision.ts';
import type { ProtocolAnswer } from '../harness/analyse/protocols.ts';
import type { EventCount, RegionKind } from '../harness/run/outcome.ts';
import type { Capabilities, ClockMode, Privilege, TestbedKind } from '../infra/testbed.ts';

/** Version of both schemas. A reader refuses any other. */
export const SCHEMA_VERSION = 1;

/**
 * How a run ended. `error` and `crash` leave a result only where several machines measured, and some of
 * them did to the end.
 */
export const STATUSES = ['success', 'failure', 'skipped', 'error', 'crash'] as const;

/** Status of a result. */
export type Status = (typeof STATUSES)[number];

/** What an arm read in a benchmark, against what the target holds. */
export interface DigestEntry {
  benchmark: string;
  arm: Arm;
  digest: string;
  expected: string;
  agrees: boolean;
  batches: number;
}

/** A request beyond what reading the target needs. */
export interface RefusalEntry {
  attempt: string;
  meaning: string;
  by: string;
  outcome: 'refused' | 'granted';
  /** Where the run's privilege opens it, so that it is no failure; absent: it has to be refused. */
  expected?: 'granted';
  errno: number;
  denial: string;
  /** How often it was asked, each time with this outcome; absent: once. */
  times?: number;
}

/** summary.json. */
export interface Summary {
  schemaVersion: typeof SCHEMA_VERSION;
  status: Status;
  /** Why, unless the status is success. */
  reason: string | null;
  testbed: {
    /** `none`: nothing was begun on a testbed. */
    kind: TestbedKind | 'none';
    emulated: boolean;
    clock: ClockMode;
    tickUnit: Capabilities['tickUnit'];
    description: string;
    /** By what right introspectors in domains read; absent: flask, or no testbed. */
    privilege?: Privilege;
  };
  benchmarks: string[];
  arms: Arm[];
  states: State[];
  digests: DigestEntry[];
  refusals: RefusalEntry[];
  /** Events as the target and the introspectors counted them; absent before there were any. */
  events?: EventCount[];
  measures: Measure[];
  ratios: Ratio[];
  /** What each protocol answers; absent when there was one only. */
  protocols?: ProtocolAnswer[];
  /** Whether arms are compared with themselves: then every difference is chance. */
  aa?: boolean;
  counts: CountMeasure[];
  /** tinybench's statistics of each arm and state. */
  held: Held[];
  /** What was asked for and not done, with the reason. */
  skipped: { what: string; reason: string }[];
  warnings: string[];
  /** What the run made and could not remove, with what to do; absent: nothing. */
  left?: string[];
  /** Benchmarks that were not measured because their machine broke; absent: none. */
  broken?: BrokenEntry[];
}

/** A benchmark whose machine broke, while others were measured whole. */
export interface BrokenEntry {
  benchmark: string;
  status: 'error' | 'crash';
  reason: string;
}

/**
 * Whether the figures of a result count: of a success, and of what other machines measured whole when
 * one broke.
 */
export function hasFigures({
  status,
  broken,
}: {
  status: Status;
  broken?: readonly BrokenEntry[];
}): boolean {
  return status === 'success' || (status !== 'failure' && (broken?.length ?? 0) > 0);
}

/** Clock of one introspector, as it reported it. */
export interface ClockEntry {
  arm: Arm;
  /** Benchmark whose machine it ran on; absent: the run had one machine. */
  benchmark?: string;
  /** Life of the testbed and creation in it that it ran in; absent: the first. */
  boot?: number;
  creation?: number;
  platform: string;
  kernel: string;
  library: string;
  source: string;
  frequency: number;
  emulated: 'yes' | 'no' | 'unknown';
  monotonic: boolean;
  /** Median ticks between two readings in a row. */
  readCost: number;
}

/** A file of the result, by what it holds. */
export interface FileEntry {
  sha256: string;
  bytes: number;
}

/** manifest.json: what another person needs to repeat the run, and the hash of every data file. */
export interface Manifest {
  schemaVersion: typeof SCHEMA_VERSION;
  id: string;
  tool: { name: string; version: string; commit: string | null; modified: boolean | null };
  startedAt: string;
  seconds: number;
  /** The command that repeats the run. */
  command: string;
  /** Options of the run's first benchmark, complete. */
  options: Record<string, unknown>;
  /** The same of those after it. */
  furtherOptions?: Record<string, unknown>[];
  seed: number;
  /** Jobs in the order in which they ran, of all creations of the domains that were begun. */
  order: {
    benchmark?: string;
    boot?: number;
    domain?: number;
    block: number;
    arm: Arm;
    state: State | PageState;
  }[];
  /** Lives of the testbed; more than `--boots` when the run was interrupted. Absent: one. */
  lives?: number;
  /**
   * How each life of the testbed came to be, by its number in the samples. Lives that were restored from one
   * boot are one boot. Absent: all of them booted, or the host was up.
   */
  starts?: LifeStart[];
  /** The rule by which units were added, and what came of it; absent: there was none. */
  until?: UntilEnded;
  /** Benchmarks by the machine that they were measured on, where each life was of several machines. */
  machines?: string[][];
  testbed: Omit<Capabilities, 'start'> | null;
  clocks: ClockEntry[];
  /** Domains with their configuration, which results of the first weeks lack. */
  domains: {
    /** Benchmark whose machine it was on; absent: the run had one machine. */
    benchmark?: string;
    boot?: number;
    creation?: number;
    name: string;
    domid: number;
    spec: Record<string, unknown>;
    config?: string;
  }[];
  /** What was read first; `kind` says of a guest that is not ours what of it that is. */
  region: {
    base: string;
    pages: number;
    pageSize: string;
    batch: number;
    kind?: RegionKind;
  } | null;
  /** SHA-256 by name of every image; `policy` is the FLASK policy. */
  images: Record<string, string>;
  host: {
    platform: string;
    os: string;
    kernel: string;
    cpu: string;
    cores: number;
    memory: number;
    node: string;
    packages: Record<string, string>;
  };
  files: Record<string, FileEntry>;
}

/** A result as it was read back: checked against schemas and hashes. */
export interface Result {
  folder: string;
  summary: Summary;
  manifest: Manifest;
  /** SHA-256 of manifest.json: names the whole result. */
  manifestDigest: string;
}
