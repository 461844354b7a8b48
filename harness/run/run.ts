/**
 * Drives a testbed through a plan: domains, jobs, checks, refusals, and undoing it all.
 */
import { messageOf, UserError } from '../../infra/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { awaitTarget, createDomain, pauseTarget, startTestbed } from './domains.ts';
import { INTROSPECTOR_LABELS, openDomain } from './introspector.ts';
import { measure, surroundings } from './measure.ts';
import type { RunFacts, RunOutcome } from './outcome.ts';
import { attemptRefusal, attempts } from './refusals.ts';
import { type RunContext, RunState } from './state.ts';

/** The error that an abort by the user becomes. */
function interrupted(): UserError {
  return new UserError('Interrupted.', {
    kind: 'interrupted',
    advice: 'Nothing was written, and what the run had created is gone.',
  });
}

/**
 * Runs the plan. Never rejects: every ending is an outcome. Whatever was created is removed
 * before it resolves.
 */
export async function runPlan(plan: Plan, context: RunContext): Promise<RunOutcome> {
  const run = new RunState(plan, context);
  const { facts } = run;
  const ended = await toEnd(run);
  for (const { what, error } of await run.undo()) {
    const text = `Could not ${what}: ${messageOf(error)}`;
    facts.warnings.push(text);
    context.progress.warn(`${text}. tinyvmi-bench clean removes what is left.`);
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
    const granted = facts.refusals.filter(({ outcome }) => outcome === 'granted');
    if (granted.length === 0) return { status: 'success', facts };
    const what = granted.map(({ meaning }) => `${meaning} and gets it`).join('; ');
    return { status: 'failure', facts, reason: `FLASK did not refuse: ${what}.` };
  } catch (error) {
    const first = run.fault.aborted ? run.fault.reason : error;
    const broken = !signal.aborted && (await run.loss());
    return outcomeOf(broken || asUserError(first), facts);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const message = messageOf(error);
  return new UserError(message, {
    cause: error,
    advice: 'tinyvmi-bench doctor checks the machine.',
  });
}

function outcomeOf(error: UserError, facts: RunFacts): RunOutcome {
  switch (error.kind) {
    case 'failure':
      return { status: 'failure', facts, reason: error.message };
    case 'skipped':
      return { status: 'skipped', facts, reason: error.message };
    case 'crash':
    case 'interrupted':
      return { status: error.kind, facts, error };
    default:
      return { status: 'error', facts, error };
  }
}

async function steps(run: RunState): Promise<void> {
  const { progress, testbed } = run.context;
  const { domains } = run.plan;
  await startTestbed(run);

  progress.step('Starting the target');
  const target = await createDomain(run, domains.target);
  const region = await awaitTarget(run, target);
  progress.done(`Target ready: ${region.pages} pages at 0x${region.base.toString(16)}`);
  // Paused from here on: measured as it is, and no burden to the domains that start beside it.
  await pauseTarget(run, target);

  progress.step('Starting the introspector, the bystander and the unlabelled domain');
  const introspector = await createDomain(run, domains.introspector);
  const bystander = await createDomain(run, domains.bystander);
  const unlabelled = await createDomain(run, domains.unlabelled);
  progress.done('Domains ready');

  const minios = openDomain(introspector, INTROSPECTOR_LABELS.minios, surroundings(run));
  await measure(run, minios, { domain: target, region });

  progress.step('Asking for what must be refused');
  const stranger = openDomain(unlabelled, 'The unlabelled domain', surroundings(run));
  const requests = attempts({
    introspector: { introspector: minios, domain: introspector },
    unlabelled: { introspector: stranger, domain: unlabelled },
    target,
    bystander,
  });
  for (const request of requests) {
    progress.detail(request.meaning);
    run.facts.refusals.push(await attemptRefusal(request, testbed.xen, run.fault));
  }
  const refused = run.facts.refusals.filter(({ outcome }) => outcome === 'refused').length;
  progress.done(`${refused} of ${requests.length} requests refused by FLASK`);
  run.facts.consoles.xen = await run.wait(testbed.xen.console());
}
