/**
 * One run from plan to result: the testbed is driven, the samples are analysed, the result is
 * written or leaves nothing.
 */
import { UserError } from '../../infra/errors.ts';
import type { Progress, Testbed } from '../../infra/testbed.ts';
import { isKept, makeManifest, makeSummary } from '../../results/assemble.ts';
import { hostFacts, toolFacts } from '../../results/host.ts';
import { ResultWriter } from '../../results/store/writer.ts';
import { analyse } from '../analyse/analyse.ts';
import type { Plan } from '../plan/plan.ts';
import { runPlan } from '../run/run.ts';

/** What a session needs. */
export interface SessionContext {
  testbed: Testbed;
  progress: Progress;
  signal: AbortSignal;
  /** Folder of results. */
  runs: string;
}

/**
 * Runs the plan and writes its result.
 * @returns the folder of the result: of a success, a failure or a skipped run
 * @throws UserError of kind error, crash or interrupted; then nothing was written
 */
export async function runToResult(plan: Plan, context: SessionContext): Promise<string> {
  const { testbed, progress, signal } = context;
  const startedAt = new Date();
  const writer = await ResultWriter.create(context.runs, startedAt);
  try {
    const outcome = await runPlan(plan, { testbed, recorder: writer, progress, signal });
    if (!isKept(outcome)) throw outcome.error;
    const { arms, states, benchmark, seed } = plan.options;
    const unit = outcome.facts.capabilities?.tickUnit ?? 'ticks';
    if (outcome.status === 'success') progress.step('Analysing');
    const analysis =
      outcome.status === 'success'
        ? await analyse(writer.groups(arms, states), { benchmark, unit, seed })
        : undefined;
    const [tool, host] = await Promise.all([toolFacts(), hostFacts()]);
    const seconds = (Date.now() - startedAt.getTime()) / 1000;
    const manifest = makeManifest(plan, outcome, { tool, host, startedAt, seconds });
    const summary = makeSummary(plan, outcome, analysis);
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
