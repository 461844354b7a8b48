/**
 * Memory of the introspector that is a process of Dom0.
 */
import { UserError } from '../../../infra/errors.ts';
import { runWatched } from '../../../infra/linux/watched-process.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import { encodeJob } from '../../protocol/job.ts';
import { INTROSPECTOR_LABELS } from '../introspector.ts';
import type { Observation } from '../observation.ts';
import { pageWalkJob } from '../page-walk/ask.ts';
import { answersIn, checkRecords } from '../page-walk/recorded.ts';
import { type FootprintContext, memoryFact } from './domains.ts';
import { leastOf } from './search.ts';

const DOM0_ID = 0;
const PAGE_BYTES = 4096;
/** Steps of the search. */
const STEP_BYTES = 64 * 1024;

/** The end record of a job, as grep(1) finds it. */
const END_FRAME = '^~TV1 [0-9]* [0-9]* 0 1 E ';

/** Runs the page-walk of the plan in a process, and checks all that it answers. */
async function passPageWalk({ run, plan, target }: FootprintContext, addressSpace?: number) {
  const { testbed } = run.context;
  const { pages, batch, states } = plan.pageWalk.options;
  const passes = { pages, batch, repeat: 1, warmup: 0 };
  const jobs = states.map((state) => pageWalkJob(plan.pageWalk, state, passes, target));
  const { result, memory } = await run.wait(
    runWatched(testbed, [testbed.introspectorPath], {
      input: jobs.map((job, index) => `${encodeJob(index + 1, job)}\n`).join(''),
      timeoutMs: run.silenceMs,
      ...{ end: END_FRAME, lines: jobs.length },
      ...(addressSpace === undefined ? {} : { addressSpace }),
    }),
  );
  if (memory === undefined) {
    const words = result.stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(
      `${INTROSPECTOR_LABELS.dom0} ended with exit code ${result.exitCode}: ${words}`,
      { kind: 'crash' },
    );
  }
  const answers = await answersIn(result.stdout, jobs.length);
  for (const [order, state] of states.entries()) {
    const job: PlannedJob<typeof state> = { ...run.place, order, block: 0, arm: 'dom0', state };
    await checkRecords(plan.pageWalk, job, passes, target, answers[order] ?? []);
  }
  return memory;
}

/** Why a process of so much address space does not pass; undefined when it does. */
async function tried(context: FootprintContext, steps: number): Promise<string | undefined> {
  const { run } = context;
  const addressSpace = steps * STEP_BYTES;
  run.context.progress.detail(`dom0: a page-walk within ${addressSpace / 1024} KiB`);
  try {
    await passPageWalk(context, addressSpace);
    return undefined;
  } catch (error) {
    const ours = error instanceof UserError && error.kind !== 'failure';
    if (run.fault.aborted || !ours) throw error;
    return error.message;
  }
}

/** What the process holds, what Dom0 holds beneath it, and the least address space that is enough. */
export async function memoryOfProcess(context: FootprintContext): Promise<Observation[]> {
  const { run, probe } = context;
  const { addressSpace, resident, proportional } = await passPageWalk(context);
  const { pages } = await run.wait(probe.state(DOM0_ID));
  const facts = [
    memoryFact(
      ...(['dom0', 'held', resident] as const),
      `resident, all of it locked; ${proportional} of it its own share`,
    ),
    memoryFact('dom0', 'beneath', pages * PAGE_BYTES, 'pages of Dom0'),
  ];
  const found = await leastOf(Math.ceil(addressSpace / STEP_BYTES), (steps) =>
    tried(context, steps),
  );
  if ('refused' in found) {
    run.facts.skipped.push({
      what: 'the smallest memory of dom0',
      reason: `it does not pass within the address space that it had: ${found.refused}`,
    });
    return facts;
  }
  const { amount, below } = found;
  const why = below === undefined ? '' : `; below: ${below.reason}`;
  return [
    ...facts,
    memoryFact(
      ...(['dom0', 'smallest', amount * STEP_BYTES] as const),
      `address space of the process alone, its mappings of the target included, in steps of 64 KiB${why}`,
    ),
  ];
}
