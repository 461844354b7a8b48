/**
 * Options that every benchmark shares: defaults, bounds, and one clear usage error for each thing
 * that is wrong. What only one benchmark knows stands in its own file beside this one.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { type BenchmarkId, NAMED_BENCHMARKS } from '../../bench/registry.ts';
import { ARMS, type Arm, type State, TWINS } from '../../bench/words.ts';
import {
  type ClockMode,
  DOM0_MODES,
  type Dom0Mode,
  EMULATED,
  EMULATED_SERIES,
  type EmulatedSeries,
  type GuestType,
  PRIVILEGES,
  type Privilege,
  START_MODES,
  type StartMode,
} from '../../infra/testbed.ts';
import { MOST_BLOCKS, repeatsBlocks, type Until, untilOf } from './until.ts';
import { bounded, number, oneOf, someOf, usage } from './values.ts';

/** What a run is asked to do, as far as every benchmark understands it. */
export interface CommonOptions {
  benchmark: BenchmarkId;
  /** With `aa`, each arm and its twin. */
  arms: Arm[];
  /** A/A: each arm is measured against itself, and the comparison should find nothing. */
  aa: boolean;
  /** Instructions that each page costs more, on purpose; 0 unless a gate is being tried. */
  seededSlowdown: number;
  states: State[];
  /** Kind of the target that is made; `existing`: none is, a guest of the host is read. */
  target: GuestType | 'existing';
  /** Lives of the testbed. */
  boots: number;
  /** Creations of all domains in each of them. */
  domains: number;
  /** Blocks in each creation. */
  blocks: number;
  /** Units are added until intervals are narrow; then the numbers above are the most. Absent: they are all. */
  until?: Until;
  /** Recorded passes over all pages, or batches of events, in each half of a block. */
  repeat: number;
  /** Seed of the order of the blocks and of the target's content. */
  seed: number;
  clock: ClockMode;
  /** By what right introspectors in domains read their targets. */
  privilege: Privilege;
  /** File of the user's own Mini-OS image; empty: none. */
  miniosImage: string;
  /** As it was called: `emulated`, `local`, `ssh:…`, or a name in testbeds.yaml. */
  testbed: string;
  /** Memory of the emulated host in MiB; 0: what the domains need. */
  hostMemory: number;
  /** How the emulated host is brought up; several boots are cold ones. */
  start: StartMode;
  /** Series of Xen of the emulated host. */
  xen: EmulatedSeries;
  /** What Dom0 of the emulated host is. */
  dom0: Dom0Mode;
  /** Seconds without a sign of life from a domain after which it counts as hung. */
  timeout: number;
}

/** Options that are text. */
export const TEXT_OPTIONS = [
  'pages',
  'batch',
  'pageSize',
  'target',
  'events',
  'walk',
  'vcpus',
  'wait',
  'notify',
  'anatomy',
  'countingRule',
  'boots',
  'domains',
  'blocks',
  'until',
  'protocol',
  'seededSlowdown',
  'repeat',
  'warmup',
  'seed',
  'clock',
  'testbed',
  'testbeds',
  'address',
  'region',
  'privilege',
  'start',
  'xen',
  'dom0',
  'miniosImage',
  'timeout',
  'starts',
  'linuxStarts',
  'search',
  'domainsAtMost',
  'hostMemory',
  'jobs',
] as const;

/** Options that are lists of words. */
export const LIST_OPTIONS = ['bench', 'arm', 'state'] as const;

/** Options that are switches. */
export const SWITCH_OPTIONS = [
  'aa',
  'recount',
  'allowPolicyLoad',
  'allowPause',
  'allowEvents',
  'tune',
] as const;

/** What a user wrote: text, everything optional. */
export type RawRunOptions = {
  [K in (typeof TEXT_OPTIONS)[number]]?: string | undefined;
} & { [K in (typeof LIST_OPTIONS)[number]]?: readonly string[] | undefined } & {
  [K in (typeof SWITCH_OPTIONS)[number]]?: boolean | undefined;
};

/** Numbers that a user may choose, whatever the benchmark. */
export const COMMON_NUMBERS = {
  boots: bounded('boots', 'lives of the testbed, which is restarted in between', 1, 1, 1000),
  domains: bounded('domains', 'creations of all domains in each of them', 1, 1, 1000),
  blocks: bounded(
    'blocks',
    'blocks in each creation, each with every arm and state twice; of events 2',
    3,
    1,
    1000,
  ),
  seededSlowdown: bounded(
    'seeded-slowdown',
    'instructions that each page costs more, on purpose: shows whether a gate notices',
    0,
    0,
    100_000,
  ),
  seed: bounded('seed', 'seed of order and content', 1, 0, 2 ** 32 - 1),
  hostMemory: bounded(
    'host-memory',
    'memory of the emulated host in MiB, 0: what the domains need',
    0,
    0,
    65_536,
  ),
  repeat: bounded('repeat', 'recorded passes or batches in each half of a block', 2, 1, 10_000),
  timeout: bounded(
    'timeout',
    'seconds of silence after which a domain counts as hung',
    120,
    1,
    3600,
  ),
} as const;

/** Words that a user may choose, whatever the benchmark, the default first. */
export const COMMON_CHOICES = {
  bench: NAMED_BENCHMARKS.map((benchmark) => benchmark.id),
  target: ['pvh', 'pv', 'hvm'] as const,
  clock: ['counted', 'wall'],
  privilege: PRIVILEGES,
  start: START_MODES,
  xen: EMULATED_SERIES,
  dom0: DOM0_MODES,
} as const;

/** Xen's toolstack takes any text for a name; what begins like an option, or cannot be seen, is a slip. */
const GUEST_NAME = /^[^\s\p{C}-](?:[^\p{C}]*[^\s\p{C}])?$/u;

/**
 * What `--target` is: a kind of target to make, or else the name or id of a guest.
 * @throws UserError of kind `usage` for what is neither
 */
export function targetKind(text: string = COMMON_CHOICES.target[0]): CommonOptions['target'] {
  const kind = COMMON_CHOICES.target.find((choice) => choice === text);
  if (kind !== undefined) return kind;
  if (GUEST_NAME.test(text)) return 'existing';
  throw usage(
    `--target ${text}: no kind of target, and no name of a guest.`,
    `Accepted: ${COMMON_CHOICES.target.join(', ')}, or the name or id of a guest of the host.`,
  );
}

/** @throws UserError of kind `usage` for a target that nobody can be made privileged for */
function resolvePrivilege({ privilege = PRIVILEGES[0], target }: RawRunOptions): Privilege {
  const chosen = oneOf('--privilege', COMMON_CHOICES.privilege, privilege);
  if (chosen === 'set-target' && target === 'pv') {
    throw usage(
      '--privilege set-target --target pv: Xen makes a domain privileged for HVM and PVH guests only.',
      'Use --target pvh.',
    );
  }
  return chosen;
}

/**
 * How the host is brought up. All that is restored from one boot is one boot: several of them are cold.
 * @throws UserError of kind `usage` for several boots out of a snapshot
 */
function resolveStart({ start, boots }: RawRunOptions): StartMode {
  const several = number(COMMON_NUMBERS.boots, boots) > 1;
  const usual = several ? 'cold' : START_MODES[0];
  const chosen = oneOf('--start', COMMON_CHOICES.start, start ?? usual);
  if (several && chosen === 'restored') {
    throw usage(
      `--start restored --boots ${boots}: what is restored from one snapshot is one boot.`,
      'Leave --start out: several boots are cold ones.',
    );
  }
  return chosen;
}

/** Lives, creations and blocks; with `--until` the most of them. */
function resolveRepetition(raw: RawRunOptions) {
  const most = raw.until !== undefined && repeatsBlocks(raw) ? String(MOST_BLOCKS) : undefined;
  const numbers = {
    boots: number(COMMON_NUMBERS.boots, raw.boots),
    domains: number(COMMON_NUMBERS.domains, raw.domains),
    blocks: number(COMMON_NUMBERS.blocks, raw.blocks ?? most),
  };
  const until = untilOf(raw.until, numbers);
  return { ...numbers, ...(until === undefined ? {} : { until }) };
}

/** What is asked of the whole run. */
function resolveCommon(raw: RawRunOptions): Omit<CommonOptions, 'benchmark' | 'arms' | 'states'> {
  return {
    target: targetKind(raw.target),
    aa: raw.aa ?? false,
    seededSlowdown: number(COMMON_NUMBERS.seededSlowdown, raw.seededSlowdown),
    ...resolveRepetition(raw),
    repeat: number(COMMON_NUMBERS.repeat, raw.repeat),
    seed: number(COMMON_NUMBERS.seed, raw.seed),
    hostMemory: number(COMMON_NUMBERS.hostMemory, raw.hostMemory),
    start: resolveStart(raw),
    xen: oneOf('--xen', COMMON_CHOICES.xen, raw.xen ?? COMMON_CHOICES.xen[0]),
    dom0: oneOf('--dom0', COMMON_CHOICES.dom0, raw.dom0 ?? COMMON_CHOICES.dom0[0]),
    clock: oneOf('--clock', COMMON_CHOICES.clock, raw.clock ?? COMMON_CHOICES.clock[0]),
    privilege: resolvePrivilege(raw),
    miniosImage: raw.miniosImage ?? '',
    testbed: raw.testbed ?? EMULATED,
    timeout: number(COMMON_NUMBERS.timeout, raw.timeout),
  };
}

/** The arms of benchmarks. */
export type Armed = Pick<Benchmark, 'arms' | 'furtherArms'>;

/**
 * The arms that a user means: those that were asked for, or all that everybody has, and the own image.
 * @throws UserError of kind `usage` for an arm that none of them has
 */
export function wantedArms(
  benchmarks: readonly Armed[],
  { arm, miniosImage }: Pick<RawRunOptions, 'arm' | 'miniosImage'>,
): Arm[] {
  const has = (key: keyof Armed) => (name: Arm) =>
    benchmarks.some((benchmark) => benchmark[key]?.includes(name));
  const further = ARMS.filter(has('furtherArms'));
  if (arm !== undefined && arm.length > 0) {
    const known = ARMS.filter((name) => has('arms')(name) || further.includes(name));
    const wanted = someOf('--arm', known, arm);
    if (wanted.includes('minios-own') && miniosImage === undefined) {
      throw usage('--arm minios-own: whose image?', 'Name it: --minios-image <file>');
    }
    return wanted;
  }
  const own = miniosImage === undefined ? [] : further.filter((name) => name === 'minios-own');
  return [...ARMS.filter(has('arms')), ...own];
}

/** The arms that were asked for; with A/A each of them and its twin. */
function resolveArms(benchmark: Armed, raw: RawRunOptions): Arm[] {
  const arms = wantedArms([benchmark], raw);
  if (!raw.aa) return arms;
  return arms.flatMap((arm) => {
    const twin = TWINS[arm];
    if (twin !== undefined) return [arm, twin];
    throw usage(
      `--aa: ${arm} has no second one to compare it with.`,
      `A/A is of ${Object.keys(TWINS).join(' and ')}.`,
    );
  });
}

/**
 * The part of the options that every benchmark resolves alike: what is asked of the whole run, and the
 * benchmark's own arms and states.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function resolveShared<Id extends string, S extends State>(
  benchmark: Armed & { id: Id; states: readonly S[] },
  raw: RawRunOptions,
) {
  return {
    ...resolveCommon(raw),
    benchmark: benchmark.id,
    arms: resolveArms(benchmark, raw),
    states: someOf('--state', benchmark.states, raw.state),
  };
}
