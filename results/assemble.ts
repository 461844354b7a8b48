/**
 * From a run's outcome to the two documents of its result.
 */
import type { Analysis } from '../harness/analyse/analyse.ts';
import type { RunOptions } from '../harness/plan/options.ts';
import type { Plan } from '../harness/plan/plan.ts';
import type { RunOutcome } from '../harness/run/outcome.ts';
import type { Capabilities } from '../infra/testbed.ts';
import { type Manifest, SCHEMA_VERSION, type Summary } from './types.ts';

/** Outcomes that are kept. The others leave no result. */
export type KeptOutcome = Extract<RunOutcome, { status: 'success' | 'failure' | 'skipped' }>;

/** Whether an outcome is kept as a result. */
export function isKept(outcome: RunOutcome): outcome is KeptOutcome {
  return ['success', 'failure', 'skipped'].includes(outcome.status);
}

/** One sentence that names a testbed. */
export function describeTestbed(testbed: Capabilities): string {
  const how = testbed.emulated
    ? `emulated, ${testbed.clock === 'counted' ? 'counting instructions' : 'on the wall clock'}`
    : 'real hardware';
  return `${testbed.kind} testbed (${how}): Xen ${testbed.xen.version}, Dom0 Linux ${testbed.dom0.kernel.replace(/^Linux /, '')} (${testbed.dom0.mode.toUpperCase()}), ${testbed.cpus} CPU${testbed.cpus === 1 ? '' : 's'}`;
}

/**
 * summary.json of a run. Figures are given for a success only: a wrong answer is never a fast one.
 */
export function makeSummary(
  plan: Plan,
  outcome: KeptOutcome,
  analysis: Analysis | undefined,
): Summary {
  const { facts } = outcome;
  const { options } = plan;
  const { capabilities } = facts;
  if (capabilities === undefined) throw new Error('a kept outcome knows its testbed');
  const benchmark = options.benchmark;
  return {
    schemaVersion: SCHEMA_VERSION,
    status: outcome.status,
    reason: outcome.status === 'success' ? null : outcome.reason,
    testbed: {
      kind: capabilities.kind,
      emulated: capabilities.emulated,
      clock: capabilities.clock,
      tickUnit: capabilities.tickUnit,
      description: describeTestbed(capabilities),
    },
    benchmarks: [benchmark],
    arms: options.arms,
    states: options.states,
    digests: facts.digests.map((entry) => ({
      benchmark,
      ...entry,
      agrees: entry.digest === entry.expected,
    })),
    refusals: facts.refusals,
    measures: analysis?.measures ?? [],
    ratios: analysis?.ratios ?? [],
    counts: analysis?.counts ?? [],
    held: analysis?.held ?? [],
    skipped: [
      ...(outcome.status === 'skipped' ? [{ what: 'the whole run', reason: outcome.reason }] : []),
      {
        what: 'arm dom0-libvmi',
        reason: 'this testbed has no upstream LibVMI',
      },
    ],
    warnings: facts.warnings,
  };
}

/** The command that repeats a run with these options. */
export function commandOf(options: RunOptions): string {
  const list = (name: string, values: readonly string[]) => values.map((v) => `--${name} ${v}`);
  return [
    'npm run bench --',
    `--bench ${options.benchmark}`,
    ...list('arm', options.arms),
    ...list('state', options.states),
    `--pages ${options.pages}`,
    `--batch ${options.batch}`,
    `--page-size ${options.pageSize}`,
    `--target ${options.target}`,
    `--blocks ${options.blocks}`,
    `--repeat ${options.repeat}`,
    `--warmup ${options.warmup}`,
    `--seed ${options.seed}`,
    `--clock ${options.clock}`,
  ].join(' ');
}

/** manifest.json of a run, without what only its writer knows. */
export function makeManifest(
  plan: Plan,
  outcome: KeptOutcome,
  context: Pick<Manifest, 'tool' | 'host'> & { startedAt: Date; seconds: number },
): Omit<Manifest, 'files' | 'id'> {
  const { facts } = outcome;
  const { region } = facts;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: context.tool,
    startedAt: context.startedAt.toISOString(),
    seconds: context.seconds,
    command: commandOf(plan.options),
    options: { ...plan.options },
    seed: plan.options.seed,
    order: plan.jobs.map(({ block, arm, state }) => ({ block, arm, state })),
    testbed: facts.capabilities ?? null,
    clocks: facts.introspectors.map(({ arm, hello }) => ({
      arm,
      platform: hello.platform,
      kernel: hello.kernel,
      library: hello.library,
      source: hello.clock,
      frequency: hello.frequency,
      emulated: hello.emulated,
      monotonic: hello.monotonic,
      readCost: hello.readCost,
    })),
    domains: facts.domains,
    region:
      region === undefined
        ? null
        : {
            base: `0x${region.base.toString(16)}`,
            pages: region.pages,
            pageSize: region.pageSize,
            batch: region.batch,
          },
    images: facts.capabilities?.images ?? {},
    host: context.host,
  };
}
