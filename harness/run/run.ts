/**
 * Drives a testbed through a plan: domains, jobs, checks, refusals, and undoing it all.
 */
import { messageOf, UserError, withAdvice } from '../../infra/errors.ts';
import type { DomainSpec } from '../../infra/testbed.ts';
import { type Creation, placeOf } from '../plan/plan.ts';
import {
  isSampled,
  type ObservedPlan,
  type Plan,
  type SampledPlan,
  type Suite,
} from '../plan/suite.ts';
import { unableOn } from './able.ts';
import { surroundings } from './arms.ts';
import type { AskedDomain, ReadyTarget, Stage } from './benchmark.ts';
import { createDomain, createTarget, startTestbed } from './domains.ts';
import { creationsAreEnough } from './enough.ts';
import { openGuest, openListenedGuest } from './guest.ts';
import { INTROSPECTOR_LABELS, openDomain } from './introspector.ts';
import { type Life, wholeLife } from './life.ts';
import { withSpace } from './locate.ts';
import { hostLoad, noteNoise } from './noise.ts';
import type { RunFacts, RunOutcome } from './outcome.ts';
import { letRead, privilegeOf } from './privilege.ts';
import { type Attempt, attemptRefusal, attempts, REFUSERS } from './refusals.ts';
import { boots, observerOf, runnerOf } from './runners.ts';
import { type RunContext, RunState } from './state.ts';

/** What helps when nothing better is known: of an error, and of what is left. */
const DOCTOR = 'tinyvmi-bench doctor checks the machine.';
const CLEAN = 'tinyvmi-bench clean removes what is left.';

/** The error that an abort by the user becomes. */
export function interrupted(): UserError {
  return new UserError('Interrupted.', {
    kind: 'interrupted',
    advice: 'Nothing was written, and what the run had created is gone.',
  });
}

/** Runs one plan: a suite of one. */
export function runPlan(plan: Plan, context: RunContext, life?: Life): Promise<RunOutcome> {
  return runSuite([plan], context, life);
}

/**
 * Runs the plans, or what one life of the testbed does of them. Never rejects: every ending is an
 * outcome. Whatever was created is removed before it resolves.
 */
export async function runSuite(
  suite: Suite,
  context: RunContext,
  life: Life = wholeLife(suite),
): Promise<RunOutcome> {
  const run = new RunState(suite, context, life);
  const { facts } = run;
  const ended = await toEnd(run);
  for (const { what, error } of await run.undo()) {
    const text = `Could not ${what}: ${withAdvice(asUserError(error, CLEAN))}`;
    facts.left.push(text);
    context.progress.warn(text);
  }
  // A Ctrl-C reaches other processes too: what they did because of it is not what ended the run.
  const broken = ended.status === 'error' || ended.status === 'crash';
  if (broken && context.signal.aborted) {
    return { status: 'interrupted', facts, error: interrupted() };
  }
  return ended;
}

/** All steps, and the outcome of wherever they ended. */
async function toEnd(run: RunState): Promise<RunOutcome> {
  const { facts } = run;
  const { signal } = run.context;
  const stop = () => run.fail(interrupted());
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await steps(run);
    const granted = facts.refusals.filter(
      ({ outcome, expected = 'refused' }) => outcome === 'granted' && expected === 'refused',
    );
    if (granted.length === 0) return { status: 'success', facts };
    const what = granted.map(({ meaning }) => `${meaning} and gets it`).join('; ');
    return {
      status: 'failure',
      facts,
      reason: `${REFUSERS[privilegeOf(run)]} did not refuse: ${what}.`,
    };
  } catch (error) {
    const first = run.fault.aborted ? run.fault.reason : error;
    const broken = !signal.aborted && (await run.loss());
    return outcomeOf(broken || asUserError(first, DOCTOR), facts);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function asUserError(error: unknown, advice: string): UserError {
  if (error instanceof UserError) return error;
  return new UserError(messageOf(error), { cause: error, advice });
}

function outcomeOf(error: UserError, facts: RunFacts): RunOutcome {
  switch (error.kind) {
    case 'failure':
      return { status: 'failure', facts, reason: withAdvice(error) };
    case 'skipped':
      return { status: 'skipped', facts, reason: withAdvice(error) };
    case 'crash':
    case 'interrupted':
      return { status: error.kind, facts, error };
    default:
      return { status: 'error', facts, error };
  }
}

async function steps(run: RunState): Promise<void> {
  const { testbed } = run.context;
  const booted = run.suite.some(boots);
  if (booted) await startTestbed(run);
  const before = booted ? await hostLoad(run) : undefined;
  const able = ablePlans(run);
  const sampled = able.filter(isSampled);
  const observed = able.filter((plan) => !isSampled(plan));
  for (const creation of run.life.creations) {
    if (await creationsAreEnough(run, sampled, creation)) {
      run.leave();
      break;
    }
    await run.within(creation, async () => {
      const targets = new Map<string, ReadyTarget>();
      const [first, ...others] = sampled;
      if (first !== undefined) await measureAll(run, [first, ...others], targets);
      const last = run.life.creations.at(-1) === creation;
      for (const plan of observed) {
        await observeAll(run, plan, creation, targets, last && plan === observed.at(-1));
      }
      if (last) run.leave();
    });
    await run.life.finished(creation);
  }
  await noteNoise(run, before);
  if (booted) {
    const { boot } = run.life;
    run.facts.consoles[boot === 0 ? 'xen' : `xen-${boot}`] = await run.wait(testbed.xen.console());
  }
  await run.noted();
}

/**
 * The plans that the testbed can answer; of the others, why not is kept.
 * @throws UserError `skipped` when there is none
 */
function ablePlans(run: RunState): Plan[] {
  const able: Plan[] = [];
  const unable: { what: string; reason: string }[] = [];
  for (const plan of run.suite) {
    const reason = unableOn(plan, () => run.context.testbed.xen);
    if (reason === undefined) able.push(plan);
    else unable.push({ what: `benchmark ${plan.benchmark}`, reason });
  }
  const [first] = unable;
  if (able.length === 0 && first !== undefined) {
    throw new UserError(first.reason, { kind: 'skipped' });
  }
  run.facts.skipped.push(...unable);
  return able;
}

/** The target of a plan that has one: that of a benchmark before it, or a new one. */
async function targetOf(
  run: RunState,
  plan: ObservedPlan,
  targets: Map<string, ReadyTarget>,
): Promise<ReadyTarget | undefined> {
  if (plan.target === undefined) return undefined;
  const target = targets.get(plan.target.name) ?? (await createTarget(run, plan.target));
  targets.set(plan.target.name, target);
  return target;
}

/**
 * Has a benchmark find out its facts, with domains of its own, unless they are known.
 * @param isLast nothing else is done on the host afterwards
 */
async function observeAll(
  run: RunState,
  plan: ObservedPlan,
  creation: Creation,
  targets: Map<string, ReadyTarget>,
  isLast: boolean,
): Promise<void> {
  const order = placeOf(creation, plan.options);
  const observer = observerOf(plan);
  const { benchmark } = plan;
  if ((observer.once && order > 0) || run.life.recorded(benchmark, order) > 0) return;
  const target = await targetOf(run, plan, targets);
  await run.within(creation, async () => {
    const observations = await observer.observe(run, plan, target);
    await run.context.recorder.recordObservations({ ...run.place, benchmark, order, observations });
    await run.noted();
    if (isLast) run.leave();
  });
}

/** The target of a plan: one of ours, or a guest of the host. */
async function openTarget(run: RunState, plan: SampledPlan): Promise<ReadyTarget> {
  if (plan.benchmark === 'guest-events') return openListenedGuest(run, plan.options.guest);
  const target =
    plan.benchmark === 'page-walk' && plan.options.target === 'existing'
      ? await openGuest(run, plan.options)
      : await createTarget(run, plan.domains.target);
  return { ...target, region: await withSpace(run, target.domain, target.region) };
}

/** Creates all domains, measures, and asks for what must be refused. */
async function measureAll(
  run: RunState,
  plans: readonly [SampledPlan, ...SampledPlan[]],
  targets: Map<string, ReadyTarget>,
): Promise<void> {
  const { progress } = run.context;
  const [first, ...others] = plans;
  const target = await openTarget(run, first);

  progress.step('Starting the introspector, the bystander and the unlabelled domain');
  const ask = async (spec: DomainSpec, label: string): Promise<AskedDomain> => {
    const domain = await createDomain(run, spec);
    return { domain, introspector: openDomain(domain, label, surroundings(run)) };
  };
  const { domains } = first;
  const introspector = await ask(domains.introspector, INTROSPECTOR_LABELS.minios);
  if (target.region.pages > 0) await letRead(run, introspector.domain, target.domain);
  const bystander = await createDomain(run, domains.bystander);
  const unlabelled = await ask(domains.unlabelled, 'The unlabelled domain');
  progress.done('Domains ready');

  const stages: [SampledPlan, Stage][] = [[first, { target, introspector }]];
  await runnerOf(first).measure(run, first, { target, introspector });
  for (const plan of others) {
    const stage = { target: await openTarget(run, plan), introspector };
    stages.push([plan, stage]);
    await runnerOf(plan).measure(run, plan, stage);
  }

  for (const [{ domains: made }, stage] of stages) {
    if ('target' in made) targets.set(made.target.name, stage.target);
  }
  await attemptAll(run, [
    ...attempts({
      ...{ introspector, unlabelled, target: target.domain, bystander },
      stranger: target.region.isStranger === true,
      privilege: privilegeOf(run),
    }),
    ...stages.flatMap(([plan, stage]) => runnerOf(plan).attempts?.(stage) ?? []),
  ]);
  await run.noted();
}

async function attemptAll(run: RunState, requests: readonly Attempt[]): Promise<void> {
  const { progress, testbed } = run.context;
  progress.step('Asking for what must be refused');
  for (const request of requests) {
    progress.detail(request.meaning);
    run.facts.refusals.push(
      await attemptRefusal(request, testbed.xen, privilegeOf(run), run.fault),
    );
  }
  const refused = run.facts.refusals
    .slice(-requests.length)
    .filter(({ outcome }) => outcome === 'refused').length;
  progress.done(
    `${refused} of ${requests.length} requests refused by ${REFUSERS[privilegeOf(run)]}`,
  );
}
