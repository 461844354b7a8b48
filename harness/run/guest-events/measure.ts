/**
 * The measurement of events of a guest that is not ours. It is written down before each job that its
 * events are listened to, so that whoever finds the run dead can let it go on.
 */
import type { EventKind } from '../../../bench/events/index.ts';
import type { Arm } from '../../../bench/words.ts';
import { UserError } from '../../../infra/errors.ts';
import type { Guest } from '../../../infra/testbed.ts';
import { type GuestEventsPlan, guestCountOf } from '../../plan/guest-events/plan.ts';
import { blocksOf, type PlannedJob } from '../../plan/plan.ts';
import { openArms, surroundings } from '../arms.ts';
import { askDom0 } from '../ask-dom0.ts';
import type { BenchmarkRunner, ReadyTarget } from '../benchmark.ts';
import { noteHello } from '../clocks.ts';
import { blameTarget, createDomain } from '../domains.ts';
import { blocksAreEnough } from '../enough.ts';
import { addEventCount, eventCountOf } from '../events/counts.ts';
import { jobsLeft, nameOf } from '../events/job.ts';
import { reasonOf } from '../events/offers.ts';
import { takeEventsOff } from '../events/recover.ts';
import { INTROSPECTOR_LABELS, type Introspector, openDomain } from '../introspector.ts';
import type { RunState } from '../state.ts';
import { checkGuestTotals, type GuestAnswered, GuestEventsAnswer } from './answer.ts';

/** Errno values in Xen's numbering (xen/errno.h). */
const ENOENT = 2;
const EBUSY = 16;

/** Kind that is listened to, as long as it is. */
interface Listening {
  kind: EventKind | undefined;
}

/** The error that another listener is. */
function isTaken({ name }: Guest): UserError {
  return new UserError(`Another program listens to the events of ${name}.`, {
    kind: 'usage',
    advice: 'A guest has one listener: end that program, or name another guest.',
  });
}

/** Leaves the benchmark out, or ends a run that has no other. @throws UserError of kind `skipped` */
function leaveOut(run: RunState, guest: Guest, reason: string): void {
  if (run.suite.length === 1) throw new UserError(reason, { kind: 'skipped' });
  run.facts.skipped.push({ what: `events of ${guest.name}`, reason });
}

/**
 * Asks from Dom0, which is what can let the guest go on after a listener's death.
 * @returns why it may not be listened to; undefined when it may
 * @throws UserError when somebody listens to it already
 */
async function whyNot(run: RunState, guest: Guest): Promise<string | undefined> {
  if (guest.type === 'pv') {
    return `${guest.name} is a PV guest, which has none of these events: they are those of HVM and PVH guests.`;
  }
  const label = 'The introspector that asks who listens';
  const { domid, type } = guest;
  let errno: number | undefined;
  await askDom0(run, label, { workload: 'refusal', domid, type, attempt: 'listener' }, (record) => {
    if (record.type === 'R') errno = record.errno;
  });
  if (errno === ENOENT) return undefined;
  if (errno === 0) throw isTaken(guest);
  return `Xen does not let Dom0 look after the events of ${guest.name} (errno ${errno}), and Dom0 is what would let the guest go on after an accident: its FLASK policy must allow dom0_t what infra/policy/tinyvmi.te allows it on target_t.`;
}

/** Runs one job and records its batches. The guest is in the journal as long as it may have our ring. */
async function runJob(
  run: RunState,
  plan: GuestEventsPlan,
  job: PlannedJob<EventKind>,
  introspector: Introspector,
  target: ReadyTarget,
  listening: Listening,
): Promise<GuestAnswered> {
  const guest = target.domain;
  const { events, wait, notify } = plan.options;
  const answer = new GuestEventsAnswer(nameOf(job), (batch, samples) =>
    run.context.recorder.recordEvents({ ...run.place, job, batch, samples }),
  );
  await run.wait(guest.beforeListening(job.state));
  listening.kind = job.state;
  try {
    await introspector.ask(
      {
        workload: 'guest-events',
        domid: guest.domid,
        type: guest.type,
        kind: job.state,
        count: guestCountOf(plan),
        batch: events,
        wait,
        notify,
        timeout: plan.timeoutMs,
      },
      (record) => answer.add(record),
    );
  } catch (error) {
    await blameTarget(run, target, error);
    throw error;
  }
  listening.kind = undefined;
  await run.wait(guest.afterListening());
  return answer.end();
}

/** What follows from a ring that was not made. @throws UserError when somebody else has it */
function whyNoRing(guest: Guest, errno: number): string {
  if (errno === EBUSY) throw isTaken(guest);
  return `Xen refuses this arm the ring of ${guest.name} (errno ${errno}): the FLASK policy must allow introspector_event_t on the guest's type what infra/policy/tinyvmi.te allows it on target_t; --arm dom0 measures Dom0 alone`;
}

/** Runs the jobs, leaving out what this host refuses, and what the guest does not do. */
async function runJobs(
  run: RunState,
  plan: GuestEventsPlan,
  introspectors: ReadonlyMap<Arm, Introspector>,
  target: ReadyTarget,
  listening: Listening,
): Promise<void> {
  const { progress, recorder } = run.context;
  const guest = target.domain;
  const missing = new Set<string>();
  const leaveOutJobs = (key: string, what: string, reason: string) => {
    missing.add(key);
    run.facts.skipped.push({ what, reason });
  };
  const jobs = jobsLeft(run, plan);
  for (const [done, job] of jobs.entries()) {
    if (await blocksAreEnough(run, plan, job)) break;
    const { arm, state, block, order } = job;
    if (missing.has(arm) || missing.has(`${arm} ${state}`)) continue;
    progress.detail(
      `block ${block + 1} of ${plan.options.until ? 'at most ' : ''}${blocksOf(plan.options)}, job ${order + 1} of ${plan.jobs.length}: ${arm}, ${state}`,
      done / jobs.length,
    );
    const asked = introspectors.get(arm) as Introspector;
    const answered = await runJob(run, plan, job, asked, target, listening);
    noteHello(run, arm, answered.hello);
    await target.demandUndisturbed?.();
    if (answered.kind === 'no-ring') {
      leaveOutJobs(arm, `events of ${guest.name}, arm ${arm}`, whyNoRing(guest, answered.errno));
    } else if (answered.kind === 'missing') {
      const { offer, offers } = answered;
      leaveOutJobs(
        `${arm} ${state}`,
        `${state} events of ${guest.name}, arm ${arm}`,
        offer.offered
          ? `${guest.name} made no ${state} event within ${plan.timeoutMs / 1000} s of the introspector's clock`
          : reasonOf(offer, offers, plan.timeoutMs),
      );
    } else {
      const { totals } = answered;
      checkGuestTotals(job, totals);
      const { benchmark } = plan;
      const count = guestCountOf(plan);
      addEventCount(run.facts.events, eventCountOf(benchmark, job, count, totals));
      await recorder.recordEventTotals({ ...run.place, benchmark, job, asked: count, totals });
    }
    await run.noted();
  }
}

/**
 * Runs all jobs, on a guest that runs and goes on running.
 * @throws UserError `failure` for requests that were not answered, `crash` or `error` for no answer,
 *   `skipped` when nothing can be listened to and nothing else is measured
 */
export const runGuestEvents: BenchmarkRunner<GuestEventsPlan> = {
  async measure(run, plan, { target }) {
    const { progress, testbed } = run.context;
    const guest = target.domain;
    progress.step(`Asking who listens to ${guest.name}`);
    const reason = await whyNot(run, guest);
    if (reason !== undefined) return leaveOut(run, guest, reason);

    const listening: Listening = { kind: undefined };
    // Before the introspectors: it is done after they are gone.
    run.defer(`take the events off ${guest.name}`, async () => {
      if (listening.kind === undefined || run.isOver) return;
      if (await guest.alive()) await takeEventsOff(testbed, guest, listening.kind);
      await guest.afterListening();
    });

    progress.step('Starting the introspector that may listen');
    const domain = await createDomain(run, plan.domains.eventIntrospector);
    const minios = openDomain(domain, INTROSPECTOR_LABELS.minios, surroundings(run));
    const introspectors = await openArms(
      run,
      plan.options.arms,
      { introspector: minios, domain },
      guest,
    );
    progress.done('Introspectors ready');

    progress.step(`Listening to ${guest.name}: ${jobsLeft(run, plan).length} jobs`);
    await runJobs(run, plan, introspectors, target, listening);
    const own = run.facts.events.filter(({ benchmark }) => benchmark === plan.benchmark);
    const events = own.reduce((sum, entry) => sum + entry.events, 0);
    if (events === 0) {
      const reasons = run.facts.skipped.map(({ what, reason: why }) => `No ${what}: ${why}.`);
      return leaveOut(run, guest, reasons.join(' '));
    }
    progress.done(`${events} events received and answered; ${guest.name} runs on`);
  },
};
