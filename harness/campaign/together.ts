/**
 * One outcome out of those of several machines. A wrong answer on one makes the run wrong; a machine that
 * broke, or that cannot answer, costs the run its own benchmarks.
 */
import { UserError, withAdvice } from '../../infra/errors.ts';
import type { Plan, Suite } from '../plan/suite.ts';
import { checkClocks } from '../run/clocks.ts';
import type { RunFacts, RunOutcome } from '../run/outcome.ts';
import { interrupted } from '../run/run.ts';
import { demandSameHost } from '../run/same-host.ts';
import type { MergedFacts } from './merge.ts';

/** A benchmark whose machine broke, while others were measured. */
export interface BrokenBenchmark {
  benchmark: string;
  status: 'error' | 'crash';
  /** What happened, and what to do. */
  reason: string;
}

/** How one machine's part of a run ended. */
export interface MachineEnding {
  /** Undefined when it is the run's only one. */
  name: string | undefined;
  plans: Suite;
  outcome: RunOutcome;
}

type WithoutFacts<Outcome> = Outcome extends unknown ? Omit<Outcome, 'facts'> : never;

/** How the machines of a run ended, and what they measured. */
export type TogetherOutcome = WithoutFacts<RunOutcome> & {
  facts: MergedFacts;
  /** Plans that were measured from end to end. */
  whole: readonly Plan[];
  broken: readonly BrokenBenchmark[];
};

/** Of a part that did not end well, what is known of its machine, and nothing of what it measured. */
function unmeasured(facts: RunFacts): RunFacts {
  return { ...facts, digests: [], events: [] };
}

/** What a result may tell of a machine's part. */
export function accountOf({ plans, outcome }: MachineEnding): RunFacts {
  const { facts } = outcome;
  switch (outcome.status) {
    case 'skipped': {
      const { reason } = outcome;
      const own = plans.map(({ benchmark }) => ({ what: `benchmark ${benchmark}`, reason }));
      return { ...unmeasured(facts), skipped: [...facts.skipped, ...own] };
    }
    case 'error':
    case 'crash':
      return unmeasured(facts);
    default:
      return facts;
  }
}

function brokenOf({ plans, outcome }: MachineEnding): BrokenBenchmark[] {
  if (outcome.status !== 'error' && outcome.status !== 'crash') return [];
  const { status, error } = outcome;
  return plans.map(({ benchmark }) => ({ benchmark, status, reason: withAdvice(error) }));
}

/** What broke, as one error that names the benchmarks. */
function errorOf(endings: readonly MachineEnding[]): UserError {
  const errors = endings.flatMap(({ name, outcome }) =>
    'error' in outcome ? [{ name, error: outcome.error }] : [],
  );
  const [first] = errors;
  if (first === undefined) throw new Error('nothing broke');
  const crash = errors.find(({ error }) => error.kind === 'crash');
  const { advice } = first.error;
  return new UserError(errors.map(({ name, error }) => `${name}: ${error.message}`).join('\n'), {
    kind: (crash ?? first).error.kind,
    cause: first.error,
    ...(advice === undefined ? {} : { advice }),
  });
}

/**
 * The outcome of a life on several machines.
 * @param endings of the machines that were begun, in the order of the plans
 * @param facts of all of them
 * @param cut whether there were others, which an interruption kept from beginning
 */
export function together(
  endings: readonly MachineEnding[],
  facts: MergedFacts,
  cut: boolean,
): TogetherOutcome {
  const all = endings.map(({ outcome }) => outcome);
  const whole = endings.flatMap(({ plans, outcome }) =>
    outcome.status === 'success' ? [...plans] : [],
  );
  const broken = endings.flatMap(brokenOf);
  const [stopped] = all.flatMap((outcome) =>
    outcome.status === 'interrupted' ? [outcome.error] : [],
  );
  if (cut || stopped !== undefined) {
    return { status: 'interrupted', facts, error: stopped ?? interrupted(), whole, broken };
  }
  const wrong = endings.flatMap(({ name, outcome }) =>
    outcome.status === 'failure' ? [`${name}: ${outcome.reason}`] : [],
  );
  if (wrong.length > 0) {
    return { status: 'failure', facts, reason: wrong.join(' '), whole, broken };
  }
  if (broken.length > 0) {
    const error = errorOf(endings);
    return {
      status: error.kind === 'crash' ? 'crash' : 'error',
      ...{ facts, error, whole, broken },
    };
  }
  const [first] = all;
  if (first?.status === 'skipped' && whole.length === 0) {
    return { status: 'skipped', facts, reason: first.reason, whole, broken };
  }
  return { status: 'success', facts, whole, broken };
}

/**
 * Makes sure that machines which were up at once are alike: what they measured makes one result.
 * @throws UserError that names what differs
 */
export function demandAlike(lives: readonly RunFacts[]): void {
  const hosts = lives.flatMap(({ capabilities }) => capabilities ?? []);
  const [first, ...others] = hosts;
  for (const other of others) demandSameHost(first as typeof other, other);
  checkClocks(
    lives.flatMap(({ introspectors }) => introspectors),
    first,
  );
}
