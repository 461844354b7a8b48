/**
 * `tinyvmi-bench run`: from options, or from an interrupted run, to a result and its report.
 */
import {
  createCodeBase,
  createEmulatedTestbed,
  ensurePackages,
  hostMemoryMiB,
} from '../../../infra/index.ts';
import type { ClockMode } from '../../../infra/testbed.ts';
import { Campaign } from '../../../results/campaign/campaign.ts';
import type { RawRunOptions } from '../../plan/options.ts';
import { domainsOf, makeSuite, type Suite } from '../../plan/suite.ts';
import { usage } from '../../plan/values.ts';
import { runToResult } from '../session.ts';
import type { CommandContext } from './context.ts';
import { showResult } from './show.ts';

/** CPUs of the emulated host. Counted time has one; in wall time guest and introspector run side by side. */
const CPUS: Readonly<Record<ClockMode, number>> = { counted: 1, wall: 2 };

/** Options of `run`, as they are written. */
export type RunCommandOptions = RawRunOptions & {
  out: string;
  json?: boolean;
  resumable?: boolean;
  /** Folder of an interrupted run. */
  resume?: string;
};

/** Options of the plan alone. */
function planOptions(options: RunCommandOptions): RawRunOptions {
  const { out: _out, json: _json, resumable: _resumable, resume: _resume, ...raw } = options;
  return raw;
}

/** Whether a run is worth being kept while it lasts: it takes long, or that is asked for. */
function isCampaign([first]: Suite, { resumable = false }: RunCommandOptions): boolean {
  return resumable || first.options.boots * first.options.domains > 1;
}

async function measure(
  suite: Suite,
  runs: string,
  campaign: Campaign | undefined,
  { progress, signal }: CommandContext,
): Promise<string> {
  const { clock, seededSlowdown, hostMemory } = suite[0].options;
  const memoryMiB = hostMemory > 0 ? hostMemory : hostMemoryMiB(domainsOf(suite));
  const options = { clock, cpus: CPUS[clock], memoryMiB, seededSlowdown };
  const newTestbed = () => createEmulatedTestbed(options, progress);
  const codeBase = createCodeBase(progress);
  return runToResult(suite, { newTestbed, codeBase, progress, signal, runs, campaign });
}

/** Goes on with an interrupted run. @throws UserError of kind `usage` for options beside it */
async function resume(
  folder: string,
  options: RunCommandOptions,
  context: CommandContext,
): Promise<string> {
  const [other] = Object.keys(planOptions(options));
  if (other !== undefined) {
    throw usage(
      `--resume goes on with the options that the run was begun with; --${other} cannot be given.`,
      'Leave it out, or begin a new run.',
    );
  }
  const campaign = await Campaign.open(folder);
  let suite: Suite;
  try {
    suite = makeSuite(campaign.options);
    campaign.demandPlan(suite);
    await ensurePackages(context.progress, context.signal);
  } catch (error) {
    await campaign.close();
    throw error;
  }
  return measure(suite, campaign.runs, campaign, context);
}

/** Runs the benchmarks. @returns the folder of their result */
export async function measureToFolder(
  options: RunCommandOptions,
  context: CommandContext,
): Promise<string> {
  if (options.resume !== undefined) return resume(options.resume, options, context);
  const raw = planOptions(options);
  const suite = makeSuite(raw);
  await ensurePackages(context.progress, context.signal);
  const campaign = isCampaign(suite, options)
    ? await Campaign.create(options.out, raw, suite)
    : undefined;
  return measure(suite, options.out, campaign, context);
}

/** Runs the benchmarks and shows their result. @returns the exit code */
export async function runCommand(
  options: RunCommandOptions,
  context: CommandContext,
): Promise<number> {
  return showResult(await measureToFolder(options, context), context);
}
