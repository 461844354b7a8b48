/**
 * One run from plans to result: the testbed is driven, the samples are analysed, the result is
 * written or leaves nothing.
 */
import { UserError } from '../../infra/errors.ts';
import type { Progress, Testbed } from '../../infra/testbed.ts';
import { isKept, makeManifest, makeSummary } from '../../results/assemble.ts';
import { hostFacts, toolFacts } from '../../results/host.ts';
import { ResultWriter } from '../../results/store/writer.ts';
import { analyseSuite } from '../analyse/suite.ts';
import type { Suite } from '../plan/suite.ts';
import { runSuite } from '../run/run.ts';

/** What a session needs. */
export interface SessionContext {
  testbed: Testbed;
  progress: Progress;
  signal: AbortSignal;
  /** Folder of results. */
  runs: string;
}

/**
 * Runs the plans and writes its result.
 * @returns the folder of the result: of a success, a failure or a skipped run
 * @throws UserError of kind error, crash or interrupted; then nothing was written
 */
export async function runToResult(suite: Suite, context: SessionContext): Promise<string> {
  const { testbed, progress, signal } = context;
  const startedAt = new Date();
  const writer = await ResultWriter.create(context.runs, startedAt);
  try {
    const outcome = await runSuite(suite, { testbed, recorder: writer, progress, signal });
    if (!isKept(outcome)) throw outcome.error;
    const unit = outcome.facts.capabilities?.tickUnit ?? 'ticks';
    if (outcome.status === 'success') progress.step('Analysing');
    const analysis =
      outcome.status === 'success' ? await analyseSuite(suite, writer, unit) : undefined;
    const [tool, host] = await Promise.all([toolFacts(), hostFacts()]);
    const seconds = (Date.now() - startedAt.getTime()) / 1000;
    const manifest = makeManifest(suite, outcome, { tool, host, startedAt, seconds });
    const summary = makeSummary(suite, outcome, analysis);
    const folder = await writer.finish(summary, manifest, outcome.facts.consoles);
    if (outcome.status === 'success') progress.done('Result written and checked');
    return folder;
  } catch (error) {
    await writer.discard();
    if (error instanceof UserError) throw error;
    throw new UserError(`The result could not be made: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
