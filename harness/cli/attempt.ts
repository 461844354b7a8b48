/**
 * A run on one testbed under a name that is chosen before: another attempt at it goes on with what this
 * one kept, in this process or in the next.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanHost, createCodeBase, ensureNeeds } from '../../infra/index.ts';
import { EMULATED, type Progress } from '../../infra/testbed.ts';
import { begunCampaign, Campaign } from '../../results/campaign/campaign.ts';
import { readResult } from '../../results/store/reader.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { makeSuite, type Suite } from '../plan/suite.ts';
import { choosePlace, type Place, siteAt } from './place.ts';
import { runToResult, type SessionContext } from './session.ts';

/**
 * What a session needs to run plans at a place.
 * @throws UserError of kind `usage` for what the place has no room for
 */
export async function sessionAt(
  place: Place,
  suite: Suite,
  { progress, signal, runs }: Pick<SessionContext, 'progress' | 'signal' | 'runs'>,
): Promise<SessionContext> {
  const site = await siteAt(place, suite);
  return { ...site, codeBase: createCodeBase(progress), progress, signal, runs };
}

/**
 * Runs the plans to the result `id`, from where an attempt before ended.
 * @returns the folder of the result
 */
export async function runKept(
  suite: Suite,
  raw: RawRunOptions,
  id: string,
  session: SessionContext,
): Promise<string> {
  const { runs } = session;
  const begun = await begunCampaign(runs, id);
  const folder = join(runs, id);
  if (!begun && (await stat(folder).catch(() => undefined)) !== undefined) {
    return (await readResult(folder)).folder;
  }
  const campaign = begun
    ? await Campaign.open(begun)
    : await Campaign.create(runs, raw, suite, new Date(), id);
  try {
    campaign.demandPlan(suite);
  } catch (error) {
    await campaign.close();
    throw error;
  }
  return runToResult(suite, { ...session, campaign });
}

/** Removes from a host what ended runs of this machine left there, by their journals. */
async function tidy(
  place: Place,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<void> {
  if (place.kind === EMULATED) return;
  const { removed, failed } = await cleanHost(place.settings, { dryRun: false, signal });
  for (const what of removed) progress.done(`removed ${what}, which an ended run left`);
  for (const what of failed) progress.warn(`not removed: ${what}`);
}

/** One attempt, wherever the options say. @returns the folder of the result */
export async function attemptRun(
  asked: RawRunOptions,
  id: string,
  context: Pick<SessionContext, 'progress' | 'signal' | 'runs'>,
): Promise<string> {
  const { progress, signal } = context;
  const { place, raw } = await choosePlace(asked);
  const suite = makeSuite(raw);
  await ensureNeeds(place.kind, progress, signal);
  await tidy(place, { progress, signal });
  return runKept(suite, raw, id, await sessionAt(place, suite, context));
}
