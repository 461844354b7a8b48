/**
 * The measurement of events: the target runs, and makes the events that each job listens to.
 */
import type { EventKind } from '../../../bench/events/index.ts';
import type { Arm, EventState } from '../../../bench/words.ts';
import { UserError } from '../../../infra/errors.ts';
import { countOf, type EventsPlan, loadOf } from '../../plan/events/plan.ts';
import { blocksOf, type PlannedJob } from '../../plan/plan.ts';
import type { Batch } from '../../protocol/records.ts';
import { openArms, surroundings } from '../arms.ts';
import type { BenchmarkRunner, ReadyTarget } from '../benchmark.ts';
import { noteHello } from '../clocks.ts';
import { blameTarget, createDomain } from '../domains.ts';
import { blocksAreEnough } from '../enough.ts';
import { INTROSPECTOR_LABELS, type Introspector, openDomain } from '../introspector.ts';
import type { RunState } from '../state.ts';
import { wrongAnswer } from '../wrong.ts';
import { addEventCount, eventCountOf } from './counts.ts';
import { jobsLeft, nameOf } from './job.ts';
import { reasonOf, unmeasuredKinds } from './offers.ts';
import { takeEventsOff } from './recover.ts';
import { checkTotals, EventsAnswer, type EventsAnswered } from './verify.ts';

/** Kind that a job is listening to, as long as it is. */
interface Listening {
  kind: EventKind | undefined;
}

/** Runs one job and records its batches. */
async function runJob(
  run: RunState,
  plan: EventsPlan,
  job: PlannedJob<EventState>,
  introspector: Introspector,
  target: ReadyTarget,
): Promise<EventsAnswered> {
  const answer = new EventsAnswer(nameOf(job), (batch, samples) =>
    run.context.recorder.recordEvents({ ...run.place, job, batch, samples }),
  );
  try {
    await introspector.ask(
      {
        workload: 'events',
        domid: target.domain.domid,
        type: target.domain.type,
        ...loadOf(plan, job.state),
        base: target.region.base,
        count: countOf(plan, job.state),
        batch: plan.options.events,
        timeout: plan.timeoutMs,
      },
      (record) => answer.add(record),
    );
    return answer.end();
  } catch (error) {
    await blameTarget(run, target, error);
    throw error;
  }
}

/** Reads the target's memory with each arm, when all events are over: it must be what it was. */
async function checkMemory(
  run: RunState,
  plan: EventsPlan,
  introspectors: ReadonlyMap<Arm, Introspector>,
  { domain, region }: ReadyTarget,
): Promise<void> {
  const { pages, batch } = plan.domains.target;
  const expected = region.digests.get(0)?.digest ?? '';
  for (const [arm, introspector] of introspectors) {
    let read: Batch | undefined;
    await introspector.ask(
      {
        workload: 'page-walk',
        domid: domain.domid,
        type: domain.type,
        state: 'tables',
        base: region.base,
        pages,
        batch,
        depth: 4,
        repeat: 1,
        warmup: 0,
      },
      (record) => {
        if (record.type === 'B') read = record;
      },
    );
    const digest = read?.digest ?? '';
    if (digest !== expected) {
      throw wrongAnswer(
        `${arm}: after the events the target's memory has digest ${digest}, before it was ${expected}.`,
      );
    }
    run.facts.digests.push({ benchmark: plan.benchmark, arm, digest, expected, batches: 1 });
  }
}

/** Runs the jobs, leaving out what this host cannot give. */
async function runJobs(
  run: RunState,
  plan: EventsPlan,
  introspectors: ReadonlyMap<Arm, Introspector>,
  target: ReadyTarget,
  listening: Listening,
): Promise<void> {
  const { progress, recorder } = run.context;
  const jobs = jobsLeft(run, plan);
  const missing = new Set<string>();
  let asksOffers = true;
  for (const [done, job] of jobs.entries()) {
    if (await blocksAreEnough(run, plan, job)) break;
    const { arm, state, block, order } = job;
    if (missing.has(`${arm} ${state}`)) continue;
    progress.detail(
      `block ${block + 1} of ${plan.options.until ? 'at most ' : ''}${blocksOf(plan.options)}, job ${order + 1} of ${plan.jobs.length}: ${arm}, ${state}`,
      done / jobs.length,
    );
    listening.kind = loadOf(plan, state).kind;
    const asked = introspectors.get(arm) as Introspector;
    const { hello, offer, offers, totals } = await runJob(run, plan, job, asked, target);
    listening.kind = undefined;
    noteHello(run, arm, hello);
    if (asksOffers) run.facts.skipped.push(...unmeasuredKinds(offers));
    asksOffers = false;
    if (totals === undefined) {
      missing.add(`${arm} ${state}`);
      run.facts.skipped.push({
        what: `events of ${state}, arm ${arm}`,
        reason: reasonOf(offer, offers, plan.timeoutMs, target.region),
      });
      continue;
    }
    checkTotals(plan, job, target.region, totals);
    const count = countOf(plan, state);
    addEventCount(run.facts.events, eventCountOf('events', job, count, totals));
    await recorder.recordEventTotals({
      ...run.place,
      benchmark: 'events',
      job,
      asked: count,
      totals,
    });
    await run.noted();
  }
}

/**
 * Runs all jobs, on a target that runs.
 * @throws UserError `failure` for lost or harmful events, `crash` or `error` for no answer,
 *   `skipped` when this host gives no event at all and nothing else is measured
 */
export const runEvents: BenchmarkRunner<EventsPlan> = {
  unable({ options, jobs, skipped }) {
    if (options.target === 'pv') {
      return 'A PV guest has none of these events: they are those of HVM and PVH guests.';
    }
    if (jobs.length > 0) return undefined;
    return skipped.map(({ what, reason }) => `No ${what}: ${reason}.`).join(' ');
  },

  async measure(run, plan, { target }) {
    const { progress, testbed } = run.context;
    const { arms } = plan.options;
    const listening: Listening = { kind: undefined };
    // Before the introspectors: it is done after they are gone.
    run.defer('take the events off the target', async () => {
      if (listening.kind === undefined || run.isOver || !(await target.domain.alive())) return;
      await takeEventsOff(testbed, target.domain, listening.kind);
    });

    progress.step('Starting the introspector that may listen');
    const domain = await createDomain(run, plan.domains.eventIntrospector);
    const minios = openDomain(domain, INTROSPECTOR_LABELS.minios, surroundings(run));
    const introspectors = await openArms(
      run,
      arms,
      { introspector: minios, domain },
      target.domain,
    );
    progress.done('Introspectors ready');

    run.facts.skipped.push(...plan.skipped);
    progress.step(`Listening: ${jobsLeft(run, plan).length} jobs`);
    await target.pause.off();
    await runJobs(run, plan, introspectors, target, listening);
    await blameTarget(run, target);
    await target.pause.on();
    await checkMemory(run, plan, introspectors, target);
    const events = run.facts.events.reduce((sum, entry) => sum + entry.events, 0);
    if (events === 0 && run.suite.length === 1) {
      throw new UserError('This host gives none of the kinds of event.', { kind: 'skipped' });
    }
    progress.done(`${events} events sent, received and answered; the target runs and is unharmed`);
  },

  attempts: ({ target, introspector }) => [
    {
      attempt: 'read-only-events',
      meaning: 'the read-only introspector asks for a ring of events of the target',
      by: 'introspector',
      ...introspector,
      victim: target.domain,
      job: { attempt: 'vm-event' },
    },
  ],
};
