/**
 * `tinyvmi-bench run`: from options, or from an interrupted run, to a result and its report.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import {
  chooseHost,
  createEmulatedTestbed,
  createHostTestbed,
  ensurePackages,
  type HostSettings,
  hostMemoryMiB,
} from '../../../infra/index.ts';
import { type ClockMode, EMULATED } from '../../../infra/testbed.ts';
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
  /** Print what would be changed, and change nothing. */
  dryRun?: boolean;
};

/** Where a run takes place. */
type Place = HostSettings | typeof EMULATED;

/** Options of the plan alone. */
function planOptions(options: RunCommandOptions): RawRunOptions {
  const {
    out: _out,
    json: _json,
    resumable: _resumable,
    resume: _resume,
    dryRun: _dryRun,
    ...raw
  } = options;
  return raw;
}

/** Whether a run is worth being kept while it lasts: it takes long, or that is asked for. */
function isCampaign([first]: Suite, { resumable = false }: RunCommandOptions): boolean {
  return resumable || first.options.boots * first.options.domains > 1;
}

/** The place, and the options with what it makes of them. */
async function placed(raw: RawRunOptions): Promise<{ place: Place; raw: RawRunOptions }> {
  const place = await chooseHost(raw.testbed ?? EMULATED, raw.testbeds);
  if (place === EMULATED) return { place, raw };
  if (Number(raw.boots ?? 1) > 1) {
    throw usage(
      `--boots ${raw.boots}: ${place.name} is not restarted by a run.`,
      'Use --domains, or run again after each restart and give compare the results.',
    );
  }
  return { place, raw: { ...raw, clock: raw.clock ?? place.clock } };
}

/** What a run on a host needs to know of its plans. */
function hostOptions(suite: Suite, settings: HostSettings) {
  const { clock, seededSlowdown } = suite[0].options;
  return { settings, clock, seededSlowdown, domains: domainsOf(suite) };
}

async function measure(
  suite: Suite,
  place: Place,
  runs: string,
  campaign: Campaign | undefined,
  { progress, signal }: CommandContext,
): Promise<string> {
  const { clock, seededSlowdown } = suite[0].options;
  const newTestbed = async () => {
    if (place !== EMULATED) return createHostTestbed(hostOptions(suite, place), progress);
    const memoryMiB = hostMemoryMiB(domainsOf(suite));
    return createEmulatedTestbed({ clock, cpus: CPUS[clock], memoryMiB, seededSlowdown }, progress);
  };
  return runToResult(suite, { newTestbed, progress, signal, runs, campaign });
}

function kindOf(place: Place) {
  return place === EMULATED ? EMULATED : place.reach.kind;
}

/** Prints what a run would change. @returns the exit code */
async function dryRun(options: RunCommandOptions, context: CommandContext): Promise<number> {
  const { place, raw } = await placed(planOptions(options));
  const suite = makeSuite(raw);
  const changes =
    place === EMULATED
      ? []
      : await createHostTestbed(hostOptions(suite, place), context.progress).changes(
          context.signal,
        );
  if (context.json) context.stdout.write(`${JSON.stringify({ changes }, null, 2)}\n`);
  else if (place === EMULATED) context.stdout.write('The emulated testbed changes no host.\n');
  else context.stdout.write(`${changes.join('\n')}\n`);
  return EXIT_CODES.success;
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
  let place: Place;
  try {
    ({ place } = await placed(campaign.options));
    suite = makeSuite(campaign.options);
    campaign.demandPlan(suite);
    await ensurePackages(context.progress, context.signal, kindOf(place));
  } catch (error) {
    await campaign.close();
    throw error;
  }
  return measure(suite, place, campaign.runs, campaign, context);
}

/** Runs the benchmarks. @returns the folder of their result */
export async function measureToFolder(
  options: RunCommandOptions,
  context: CommandContext,
): Promise<string> {
  if (options.resume !== undefined) return resume(options.resume, options, context);
  const { place, raw } = await placed(planOptions(options));
  const suite = makeSuite(raw);
  await ensurePackages(context.progress, context.signal, kindOf(place));
  const campaign = isCampaign(suite, options)
    ? await Campaign.create(options.out, raw, suite)
    : undefined;
  return measure(suite, place, options.out, campaign, context);
}

/** Runs the benchmarks and shows their result. @returns the exit code */
export async function runCommand(
  options: RunCommandOptions,
  context: CommandContext,
): Promise<number> {
  if (options.dryRun) return dryRun(options, context);
  return showResult(await measureToFolder(options, context), context);
}
