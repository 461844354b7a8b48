/**
 * A whole run: as many lives of the testbed as it has boots, each on a testbed of its own. What an
 * earlier attempt measured is not measured again.
 */
import type { CodeBase } from '../../infra/code/code-base.ts';
import type { Progress, Testbed } from '../../infra/testbed.ts';
import { type Creation, creationsOf } from '../plan/plan.ts';
import type { Suite } from '../plan/suite.ts';
import type { Life } from '../run/life.ts';
import type { RunFacts, RunOutcome } from '../run/outcome.ts';
import type { Recorder } from '../run/recorder.ts';
import { runSuite } from '../run/run.ts';
import type { Chronicle } from './chronicle.ts';
import { mergeFacts } from './merge.ts';

/** What a run of several lives needs besides its plans. */
export interface LivesContext {
  /** Makes a testbed, not yet started. */
  newTestbed(): Promise<Testbed>;
  recorder: Recorder;
  codeBase: CodeBase;
  progress: Progress;
  signal: AbortSignal;
  chronicle: Chronicle;
}

/** Creations that are left, those of one boot together. */
function bootsLeft([first]: Suite, chronicle: Chronicle): Creation[][] {
  const boots = new Map<number, Creation[]>();
  for (const creation of creationsOf(first.options)) {
    if (chronicle.isFinished(creation)) continue;
    boots.set(creation.boot, [...(boots.get(creation.boot) ?? []), creation]);
  }
  return [...boots.values()];
}

/** Runs what is left of the plans. Never rejects: every ending is an outcome. */
export async function runLives(suite: Suite, context: LivesContext): Promise<RunOutcome> {
  const { chronicle, newTestbed, ...rest } = context;
  const { boots } = suite[0].options;
  const lives: RunFacts[] = [...chronicle.facts];
  for (const creations of bootsLeft(suite, chronicle)) {
    if (boots > 1) rest.progress.done(`Boot ${(creations[0]?.boot ?? 0) + 1} of ${boots}`);
    const host = lives.find(({ capabilities }) => capabilities !== undefined)?.capabilities;
    const life: Life = {
      boot: await chronicle.begin(),
      creations,
      ...(host === undefined ? {} : { host }),
      recorded: (benchmark, order) => chronicle.recorded(benchmark, order),
      note: (facts) => chronicle.note(facts),
      finished: (creation) => chronicle.finish(creation),
    };
    const outcome = await runSuite(suite, { ...rest, testbed: await newTestbed() }, life);
    lives.push(outcome.facts);
    if (outcome.status !== 'success') return { ...outcome, facts: mergeFacts(lives) };
  }
  return { status: 'success', facts: mergeFacts(lives) };
}
