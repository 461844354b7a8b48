/**
 * One run from plans to result: the testbed is driven, the samples are analysed, the result is
 * written. A run that is not kept while it lasts leaves nothing when it does not end well; one that
 * is, a campaign, can go on later.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeBase } from '../../infra/code/code-base.ts';
import { UserError } from '../../infra/errors.ts';
import { isKept, type KeptOutcome, makeManifest, makeSummary } from '../../results/assemble.ts';
import type { Campaign } from '../../results/campaign/campaign.ts';
import { hostFacts, toolFacts } from '../../results/host.ts';
import { resultId } from '../../results/store/id.ts';
import { readResult } from '../../results/store/reader.ts';
import { ResultWriter } from '../../results/store/writer.ts';
import { hasFigures } from '../../results/types.ts';
import type { Analysis } from '../analyse/analyse.ts';
import { givenUp, Precision } from '../analyse/precision.ts';
import { unkeptChronicle } from '../campaign/chronicle.ts';
import { type LivesContext, runLives } from '../campaign/lives.ts';
import type { TogetherOutcome } from '../campaign/together.ts';
import { isSampled, type Plan, type Suite, shortened } from '../plan/suite.ts';
import type { CommandContext } from './commands/context.ts';
import { bothOf, noticing } from './recorders.ts';
import { type Ahead, SoFar } from './so-far.ts';

/** What a session needs. */
export interface SessionContext
  extends Pick<LivesContext, 'newTestbed' | 'machines' | 'jobs' | 'progress'> {
  /** `--jobs`, where it was given. */
  askedJobs?: string | undefined;
  /** Told of the result so far while machines still measure; absent: nobody. */
  ahead?: Ahead | undefined;
  codeBase: CodeBase;
  signal: AbortSignal;
  /** Does work during which nothing is up: harness/cli/commands/context.ts. */
  unguarded?: CommandContext['unguarded'];
  /** Folder of results. */
  runs: string;
  /** Keeps the run on disk while it lasts, and knows what was measured before. */
  campaign?: Campaign | undefined;
  /** Told of each record, as soon as it is written. */
  recorded?: (() => void) | undefined;
}

/**
 * What of an outcome becomes a result. Where a machine broke and the run is kept on disk, that is nothing
 * yet: going on with it measures the rest.
 * @throws UserError when that is nothing
 */
function demandKept(outcome: TogetherOutcome, campaign: Campaign | undefined): KeptOutcome {
  if (!('error' in outcome)) return outcome;
  if (campaign === undefined && isKept(outcome)) return outcome;
  throw outcome.error;
}

/** The figures of what was measured whole; what was not is taken out of the tables. */
async function analyseWhole(
  suite: Suite,
  outcome: KeptOutcome,
  writer: ResultWriter,
  soFar: SoFar,
): Promise<Analysis | undefined> {
  if (!hasFigures(outcome)) return undefined;
  const { whole, facts } = outcome;
  for (const plan of suite) {
    if (!whole.includes(plan)) await writer.forget(plan.benchmark);
  }
  return soFar.analysis(whole, facts);
}

/** What ends the run when it is precise enough; undefined where nothing of that was asked. */
function precisionOf(
  [{ options }]: Suite,
  soFar: SoFar,
  progress: SessionContext['progress'],
): Precision | undefined {
  if (options.until === undefined) return undefined;
  const say = (text: string) => progress.step(text);
  return new Precision(options.until, (plan) => soFar.underWay(plan), say);
}

/** The outcome with what has to be known of it. */
function withWarning(
  outcome: KeptOutcome,
  warning: string | undefined,
  { warn }: SessionContext['progress'],
): KeptOutcome {
  if (warning === undefined || !hasFigures(outcome)) return outcome;
  warn(warning);
  const { facts } = outcome;
  return { ...outcome, facts: { ...facts, warnings: [...facts.warnings, warning] } };
}

async function measure(
  suite: Suite,
  writer: ResultWriter,
  startedAt: Date,
  context: SessionContext,
): Promise<string> {
  const { progress, campaign, machines = [suite], askedJobs, ahead, recorded = () => {} } = context;
  const { unguarded = (work) => work() } = context;
  const soFar = new SoFar(suite, machines, writer, startedAt, ahead);
  await campaign?.replay(suite, writer);
  const precision = precisionOf(suite, soFar, progress);
  const ended = await runLives(suite, {
    ...context,
    enough: precision && ((plans, units) => precision.enough(plans, units)),
    spare: ahead && ((endings) => soFar.take(endings)),
    // To the disk first, so that nothing is in the result that could be lost.
    recorder: noticing(campaign === undefined ? writer : bothOf(campaign, writer), recorded),
    chronicle: campaign ?? unkeptChronicle(),
  });
  await soFar.end();
  const outcome = demandKept(ended, campaign);
  if (hasFigures(outcome)) progress.step('Analysing');
  const analysis = await unguarded(() => analyseWhole(suite, outcome, writer, soFar));
  const [tool, host] = await Promise.all([toolFacts(), hostFacts()]);
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const until = precision?.end(outcome.whole.filter(isSampled), analysis?.ratios ?? []);
  const kept = until === undefined ? outcome : withWarning(outcome, givenUp(until), progress);
  const [first, ...others] = suite;
  const asMeasured = (plan: Plan) => shortened(plan, precision?.measured(plan) ?? 0);
  const measured: Suite = [asMeasured(first), ...others.map(asMeasured)];
  const manifest = makeManifest(measured, kept, {
    ...{ tool, host, startedAt, seconds, machines, askedJobs, until },
  });
  const summary = makeSummary(measured, kept, analysis);
  const folder = await writer.finish(summary, manifest, outcome.facts.consoles);
  if (hasFigures(outcome)) progress.done('Result written and checked');
  return folder;
}

/** The same error, with the way to go on. */
function withWayOn(error: UserError, { folder }: Campaign): UserError {
  const { message, kind, advice } = error;
  const known = kind === 'interrupted' || advice === undefined ? '' : `${advice} `;
  return new UserError(message, {
    kind,
    cause: error,
    advice: `${known}What was measured is kept. To go on: tinyvmi-bench run --resume ${folder}`,
  });
}

/** The result of a campaign that was killed between writing it and being removed. */
async function resultOf({ id }: Campaign, runs: string): Promise<string | undefined> {
  const folder = join(runs, id);
  if ((await stat(folder).catch(() => undefined)) === undefined) return undefined;
  return (await readResult(folder)).folder;
}

/** Ends a campaign of which there is no result: keeps it, unless there is nothing in it. */
async function giveUp(campaign: Campaign, error: UserError): Promise<UserError> {
  if (campaign.isEmpty) {
    await campaign.remove();
    return error;
  }
  await campaign.close();
  return withWayOn(error, campaign);
}

/**
 * Runs the plans and writes its result.
 * @returns the folder of the result: of a success, a failure or a skipped run, or of what was measured
 *   whole when another machine broke
 * @throws UserError of kind error, crash or interrupted; then no result was written
 */
export async function runToResult(suite: Suite, context: SessionContext): Promise<string> {
  const { campaign, runs } = context;
  const written = campaign === undefined ? undefined : await resultOf(campaign, runs);
  if (written !== undefined) {
    await campaign?.remove();
    return written;
  }
  const startedAt = campaign?.startedAt ?? new Date();
  const writer = await ResultWriter.create(runs, campaign?.id ?? resultId(startedAt));
  let folder: string;
  try {
    folder = await measure(suite, writer, startedAt, context);
  } catch (caught) {
    await writer.discard();
    const error =
      caught instanceof UserError
        ? caught
        : new UserError(`The result could not be made: ${(caught as Error).message}`, {
            cause: caught,
          });
    throw campaign === undefined ? error : await giveUp(campaign, error);
  }
  await campaign?.remove();
  return folder;
}
