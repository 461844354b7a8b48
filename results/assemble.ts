/**
 * From a run's outcome to the two documents of its result.
 */

import { PAIRS } from '../bench/density/index.ts';
import { findBenchmark } from '../bench/registry.ts';
import { type Arm, TWINS } from '../bench/words.ts';
import type { Analysis } from '../harness/analyse/analyse.ts';
import type { UntilEnded } from '../harness/analyse/precision.ts';
import type { TogetherOutcome } from '../harness/campaign/together.ts';
import type { Creation, PlannedJob } from '../harness/plan/plan.ts';
import type { Plan, Suite } from '../harness/plan/suite.ts';
import { withAdvice } from '../infra/errors.ts';
import { type Capabilities, DOM0_MODES, EMULATED, EMULATED_SERIES } from '../infra/testbed.ts';
import { hasFigures, type Manifest, SCHEMA_VERSION, type Summary } from './types.ts';

/** Outcomes that are kept. The others leave no result. */
export type KeptOutcome = Exclude<TogetherOutcome, { status: 'interrupted' }>;

/** Whether an outcome can be kept as a result: where something broke, if something else was measured. */
export function isKept(outcome: TogetherOutcome): outcome is KeptOutcome {
  switch (outcome.status) {
    case 'success':
    case 'failure':
    case 'skipped':
      return true;
    case 'error':
    case 'crash':
      return outcome.whole.length > 0;
    case 'interrupted':
      return false;
  }
}

/** Why an outcome is no success; null for one. */
function reasonOf(outcome: KeptOutcome): string | null {
  if (outcome.status === 'success') return null;
  return 'error' in outcome ? withAdvice(outcome.error) : outcome.reason;
}

/** What is said of a run without upstream LibVMI. */
const WITHOUT_LIBVMI = {
  what: 'arm dom0-libvmi',
  reason: 'it was not asked for: --arm dom0-libvmi, where pkg-config finds upstream LibVMI',
};

/** Arms of all plans, each once. */
function armsOf(suite: Suite): Arm[] {
  return [...new Set(suite.flatMap(({ options }) => options.arms))];
}

/** One sentence that names a testbed. */
export function describeTestbed(testbed: Capabilities): string {
  const how = testbed.emulated
    ? `emulated, ${testbed.clock === 'counted' ? 'counting instructions' : 'on the wall clock'}`
    : 'real hardware';
  return `${testbed.kind} testbed (${how}): Xen ${testbed.xen.version}, Dom0 Linux ${testbed.dom0.kernel.replace(/^Linux /, '')} (${testbed.dom0.mode.toUpperCase()}), ${testbed.cpus} CPU${testbed.cpus === 1 ? '' : 's'}`;
}

/** The testbed as summary.json has it; without capabilities nothing was begun on one. */
function testbedEntry(
  capabilities: Capabilities | undefined,
  { clock, privilege }: Plan['options'],
): Summary['testbed'] {
  if (capabilities === undefined) {
    const description = 'no testbed: nothing was booted and no domain created';
    return { kind: 'none', emulated: false, clock, tickUnit: 'ticks', description };
  }
  const { kind, emulated, tickUnit } = capabilities;
  const description = describeTestbed(capabilities);
  return { kind, emulated, clock: capabilities.clock, tickUnit, description, privilege };
}

/**
 * summary.json of a run. Figures are given for a success, and of what was measured whole when a machine
 * broke; never for a failure: a wrong answer is never a fast one.
 */
export function makeSummary(
  suite: Suite,
  outcome: KeptOutcome,
  analysis: Analysis | undefined,
): Summary {
  const { facts } = outcome;
  const broken = outcome.broken.length === 0 ? {} : { broken: [...outcome.broken] };
  return {
    schemaVersion: SCHEMA_VERSION,
    status: outcome.status,
    reason: reasonOf(outcome),
    testbed: testbedEntry(facts.capabilities, suite[0].options),
    benchmarks: suite.map(({ benchmark }) => benchmark),
    arms: armsOf(suite),
    states: [...new Set(suite.flatMap(({ options }) => options.states))],
    digests: facts.digests.map((entry) => ({
      ...entry,
      agrees: entry.digest === entry.expected,
    })),
    refusals: facts.refusals,
    events: hasFigures(outcome) ? facts.events : [],
    measures: analysis?.measures ?? [],
    ratios: analysis?.ratios ?? [],
    protocols: analysis?.protocols ?? [],
    aa: suite[0].options.aa,
    counts: analysis?.counts ?? [],
    held: analysis?.held ?? [],
    skipped: [
      ...(outcome.status === 'skipped' ? [{ what: 'the whole run', reason: outcome.reason }] : []),
      ...facts.skipped,
      ...(armsOf(suite).includes('dom0-libvmi') ? [] : [WITHOUT_LIBVMI]),
    ],
    warnings: [...facts.warnings, ...facts.left],
    ...(facts.left.length === 0 ? {} : { left: facts.left }),
    ...broken,
  };
}

/** Options as they are written on the command line: the values of each, by name. */
type Written = Record<string, readonly (string | number)[]>;

const OWN_OPTIONS: Readonly<{
  [Id in Plan['benchmark']]: (options: Extract<Plan, { benchmark: Id }>['options']) => Written;
}> = {
  'page-walk': ({ pages, batch, pageSize, repeat, warmup, protocols, guest, address, region }) => ({
    ...(protocols.length === 1 ? { protocol: ['v1'] } : {}),
    pages: [pages],
    batch: [batch],
    ...(guest === '' ? { 'page-size': [pageSize] } : {}),
    ...(address === '' ? {} : { address: [address] }),
    ...(region === 'kernel' ? {} : { region: [region] }),
    repeat: [repeat],
    warmup: [warmup],
  }),
  events: ({ events, walk, vcpus, wait, notify, repeat }) => ({
    events: [events],
    walk: [walk],
    vcpus: [vcpus],
    wait: [wait],
    notify: [notify],
    repeat: [repeat],
  }),
  'guest-events': ({ events, wait, notify, repeat }) => ({
    events: [events],
    wait: [wait],
    notify: [notify],
    repeat: [repeat],
  }),
  anatomy: ({ evidence }) => ({ anatomy: [evidence] }),
  boot: ({ starts, linuxStarts }) => ({ starts: [starts], 'linux-starts': [linuxStarts] }),
  footprint: ({ search }) => ({ search: [search] }),
  density: ({ states }) =>
    states.length === 0
      ? {}
      : { 'domains-at-most': [Math.max(...states.map((state) => PAIRS[state]))] },
  'code-size': ({ ruleFile }) => (ruleFile === null ? {} : { 'counting-rule': [ruleFile] }),
};

function ownOptions(plan: Plan): Written {
  const own = OWN_OPTIONS[plan.benchmark] as (options: Plan['options']) => Written;
  return own(plan.options);
}

/** The guest of the host that is read, when none of ours is. */
function guestOf([{ options }]: Suite): string | undefined {
  return 'guest' in options && options.guest !== '' ? options.guest : undefined;
}

/** What the emulated host is, where it is not what it usually is. */
function hostOptions({ start, boots, xen, dom0 }: Plan['options']): Written {
  return {
    ...(start === 'cold' && boots === 1 ? { start: [start] } : {}),
    ...(xen === EMULATED_SERIES[0] ? {} : { xen: [xen] }),
    ...(dom0 === DOM0_MODES[0] ? {} : { dom0: [dom0] }),
  };
}

/** The command that repeats a run of these plans. @param jobs as they were asked for, if they were */
export function commandOf(suite: Suite, jobs?: string): string {
  const { aa, target, testbed, privilege, hostMemory, boots, domains } = suite[0].options;
  const { blocks, until, seed, seededSlowdown, clock, miniosImage } = suite[0].options;
  const written: Written = {
    bench: suite
      .filter(({ options }) => options.states.length > 0)
      .map(({ benchmark }) => findBenchmark(benchmark)?.standsFor ?? benchmark),
    arm: armsOf(suite).filter((arm) => !Object.values(TWINS).includes(arm)),
    state: [...new Set(suite.flatMap(({ options }) => options.states))],
    target: [guestOf(suite) ?? target],
    ...(testbed === EMULATED ? {} : { testbed: [testbed] }),
    ...Object.assign({}, ...suite.map(ownOptions)),
    boots: [boots],
    domains: [domains],
    blocks: [blocks],
    ...(until === undefined ? {} : { until: [`${until.percent}%`], [until.level]: [until.atMost] }),
    ...(seededSlowdown > 0 ? { 'seeded-slowdown': [seededSlowdown] } : {}),
    ...(privilege === 'flask' ? {} : { privilege: [privilege] }),
    ...(miniosImage === '' ? {} : { 'minios-image': [miniosImage] }),
    ...(hostMemory > 0 ? { 'host-memory': [hostMemory] } : {}),
    ...(testbed === EMULATED ? hostOptions(suite[0].options) : {}),
    ...(jobs === undefined ? {} : { jobs: [jobs] }),
    seed: [seed],
    clock: [clock],
  };
  const options = Object.entries(written).flatMap(([name, values]) =>
    values.map((value) => `--${name} ${value}`),
  );
  const [{ options: first }] = suite;
  const pause = first.benchmark === 'page-walk' && first.allowPause ? ['--allow-pause'] : [];
  const listens = suite.some(({ benchmark }) => benchmark === 'guest-events');
  const events = listens ? ['--allow-events'] : [];
  return ['npm run bench --', ...options, ...pause, ...events, ...(aa ? ['--aa'] : [])].join(' ');
}

/** Whether a creation of domains is of a later life, or later in the same. */
function isLater(a: Creation, b: Creation): boolean {
  return a.boot > b.boot || (a.boot === b.boot && a.domain > b.domain);
}

/** Jobs of the creations that were begun: a plan may have millions that a run never came to. */
function orderOf(suite: Suite, { domains }: KeptOutcome['facts']): Manifest['order'] {
  let last: Creation = { boot: -1, domain: 0 };
  for (const { boot, creation: domain } of domains) {
    if (isLater({ boot, domain }, last)) last = { boot, domain };
  }
  const order: Manifest['order'] = [];
  for (const { benchmark, jobs } of suite) {
    for (const job of jobs as Iterable<PlannedJob>) {
      if (isLater(job, last)) break;
      const { boot, domain, block, arm, state } = job;
      order.push({ benchmark, boot, domain, block, arm, state });
    }
  }
  return order;
}

/** manifest.json of a run, without what only its writer knows. */
export function makeManifest(
  suite: Suite,
  outcome: KeptOutcome,
  context: Pick<Manifest, 'tool' | 'host'> & {
    startedAt: Date;
    seconds: number;
    machines: readonly Suite[];
    /** What came of `--until`, where that was asked for. */
    until?: UntilEnded | undefined;
    /** Machines at the same time, where that was asked for. */
    askedJobs: string | undefined;
  },
): Omit<Manifest, 'files' | 'id'> {
  const { facts } = outcome;
  const { region } = facts;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: context.tool,
    startedAt: context.startedAt.toISOString(),
    seconds: context.seconds,
    command: commandOf(suite, context.askedJobs),
    options: { ...suite[0].options },
    furtherOptions: suite.slice(1).map(({ options }) => ({ ...options })),
    seed: suite[0].options.seed,
    order: orderOf(suite, facts),
    ...(facts.starts.length === 0 ? {} : { starts: facts.starts }),
    lives: 1 + Math.max(0, ...facts.introspectors.map(({ boot }) => boot)),
    ...(context.machines.length > 1
      ? { machines: context.machines.map((plans) => plans.map(({ benchmark }) => benchmark)) }
      : {}),
    ...(context.until === undefined ? {} : { until: context.until }),
    testbed: facts.capabilities ?? null,
    clocks: facts.introspectors.map(({ machine, arm, boot, domain, hello }) => ({
      arm,
      ...(machine === undefined ? {} : { benchmark: machine }),
      boot,
      creation: domain,
      platform: hello.platform,
      kernel: hello.kernel,
      library: hello.library,
      source: hello.clock,
      frequency: hello.frequency,
      emulated: hello.emulated,
      monotonic: hello.monotonic,
      readCost: hello.readCost,
    })),
    domains: facts.domains.map(({ machine, ...domain }) => ({
      ...(machine === undefined ? {} : { benchmark: machine }),
      ...domain,
    })),
    region:
      region === undefined
        ? null
        : {
            base: `0x${region.base.toString(16)}`,
            pages: region.pages,
            pageSize: region.pageSize,
            batch: region.batch,
            ...(region.kind === undefined ? {} : { kind: region.kind }),
          },
    images: facts.capabilities?.images ?? {},
    host: context.host,
  };
}
