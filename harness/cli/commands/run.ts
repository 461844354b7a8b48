/**
 * `tinyvmi-bench run`: from options, or from an interrupted run, to a result and its report.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { ensureNeeds } from '../../../infra/index.ts';
import { Campaign } from '../../../results/campaign/campaign.ts';
import { makeSuite, type Suite } from '../../plan/suite.ts';
import { usage } from '../../plan/values.ts';
import { ReportAhead } from '../ahead.ts';
import { sessionAt } from '../attempt.ts';
import { changesAt, choosePlace } from '../place.ts';
import { RunTiming } from '../progress/run-timing.ts';
import { runToResult, type SessionContext } from '../session.ts';
import type { Ahead } from '../so-far.ts';
import type { CommandContext } from './context.ts';
import { planOptions, type RunCommandOptions, reportFormats } from './run-options.ts';
import { isForSeveral, runOnTestbeds } from './run-testbeds.ts';
import { showResult } from './show.ts';

/** Whether a run is worth being kept while it lasts: it takes long, or that is asked for. */
function isCampaign([first]: Suite, { resumable = false }: RunCommandOptions): boolean {
  return resumable || first.options.boots * first.options.domains > 1;
}

/** Prints what a run would change. @returns the exit code */
async function dryRun(
  options: RunCommandOptions,
  { stdout, json, progress, signal }: CommandContext,
): Promise<number> {
  const { place, raw } = await choosePlace(planOptions(options));
  const changes = await changesAt(place, makeSuite(raw), progress, signal);
  if (json) stdout.write(`${JSON.stringify({ changes }, null, 2)}\n`);
  else if (changes.length > 0) stdout.write(`${changes.join('\n')}\n`);
  else stdout.write('The emulated testbed changes no host.\n');
  return EXIT_CODES.success;
}

/** Goes on with an interrupted run. @throws UserError of kind `usage` for options beside it */
async function resume(
  folder: string,
  options: RunCommandOptions,
  context: CommandContext,
): Promise<string> {
  const { jobs, tries, queue, dryRun } = options;
  const beside = { ...planOptions(options), jobs: undefined, tries, queue, 'dry-run': dryRun };
  const [other] = Object.entries(beside).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (other !== undefined) {
    throw usage(
      `--resume goes on with the options that the run was begun with; --${other} cannot be given.`,
      'Leave it out, or begin a new run.',
    );
  }
  const campaign = await Campaign.open(folder);
  const asked = campaign.options;
  const { progress, signal } = context;
  const { runs } = campaign;
  let suite: Suite;
  let session: SessionContext;
  try {
    if (jobs !== undefined && asked.jobs === undefined) {
      throw usage(
        `--jobs ${jobs}: the run was begun without --jobs, and goes on as it began.`,
        'Leave it out, or begin a new run.',
      );
    }
    const { place } = await choosePlace({ ...asked, jobs: jobs ?? asked.jobs });
    suite = makeSuite(asked);
    campaign.demandPlan(suite);
    await ensureNeeds(place.kind, progress, signal);
    session = await sessionAt(place, suite, { progress, signal, runs });
  } catch (error) {
    await campaign.close();
    throw error;
  }
  return runToResult(suite, { ...session, campaign });
}

/**
 * Runs the benchmarks.
 * @param notes told when it begins and has its first sample, nothing of a run that is gone on with; and of
 *   the result so far while machines still measure
 * @returns the folder of their result
 */
export async function measureToFolder(
  options: RunCommandOptions,
  context: CommandContext,
  { timing, ahead }: { timing?: RunTiming; ahead?: Ahead | undefined } = {},
): Promise<string> {
  if (options.resume !== undefined) return resume(options.resume, options, context);
  const { place, raw } = await choosePlace(planOptions(options));
  const suite = makeSuite(raw);
  const { progress, signal } = context;
  const estimate = timing?.begin();
  if (estimate !== undefined) progress.note(estimate);
  await ensureNeeds(place.kind, progress, signal);
  const session = await sessionAt(place, suite, { progress, signal, runs: options.out });
  const campaign = isCampaign(suite, options)
    ? await Campaign.create(options.out, raw, suite)
    : undefined;
  // Where the clock is time, nothing else is done while it is read.
  const counted = suite[0].options.clock === 'counted';
  return runToResult(suite, {
    ...session,
    campaign,
    recorded: () => timing?.sampled(),
    ahead: counted ? ahead : undefined,
    unguarded: context.unguarded,
  });
}

/** Runs the benchmarks and shows their result. @returns the exit code */
export async function runCommand(
  options: RunCommandOptions,
  context: CommandContext,
): Promise<number> {
  if (options.resume === undefined && isForSeveral(options)) return runOnTestbeds(options, context);
  if (options.dryRun && options.resume === undefined) return dryRun(options, context);
  const formats = reportFormats(options);
  const timing = new RunTiming(context.times, { ...planOptions(options), formats });
  const ahead = formats === undefined ? new ReportAhead() : undefined;
  const folder = await measureToFolder(options, context, { timing, ahead });
  const exitCode = await showResult(folder, context, {
    ...{ formats, charts: ahead?.charts, demandsPrecision: true },
  });
  if (exitCode === EXIT_CODES.success && options.resume === undefined) timing.succeeded();
  return exitCode;
}
