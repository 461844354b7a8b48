/**
 * The requests that Xen has to refuse. Each must come back as a refusal to the domain that asked; where
 * FLASK refuses, it must stand as a denial on Xen's console too. Xen's built-in rules print none.
 */
import { UserError } from '../../infra/errors.ts';
import type { Domain, Guest, Privilege, Xen } from '../../infra/testbed.ts';
import type { RefusalJob } from '../protocol/job.ts';
import type { Refusal } from '../protocol/records.ts';
import type { AskedDomain } from './benchmark.ts';
import { findDenial, linesSince } from './denials.ts';
import type { Introspector } from './introspector.ts';
import type { RefusalResult } from './outcome.ts';
import { pause, unlessAborted } from './wait.ts';

/** Errno values that are refusals, in Xen's numbering (xen/errno.h). */
const EPERM = 1;
const ESRCH = 3;
const EACCES = 13;

/** Who refuses, by the privilege of a run. */
export const REFUSERS: Readonly<Record<Privilege, string>> = {
  flask: 'FLASK',
  'set-target': 'Xen',
};

/** How often Xen's console is read again until the denial stands there, and how long apart. */
const LOOKS = 10;
const LOOK_MS = 300;

/** What FLASK finds missing; of events Xen is asked first for the page of the ring. */
const PERMISSIONS: Readonly<Record<RefusalJob['attempt'], readonly string[]>> = {
  'write-map': ['map_write'],
  'foreign-map': ['map_read'],
  'vm-event': ['getparam', 'vm_event'],
};

/** One request: who asks whom for what. */
export interface Attempt {
  attempt: string;
  meaning: string;
  by: string;
  introspector: Introspector;
  domain: Domain;
  victim: Guest;
  job: Pick<RefusalJob, 'attempt'>;
  /** Present where the run's privilege opens it. */
  expected?: 'granted';
}

/**
 * The requests that every run makes. Nobody asks to write to a target that is not ours (`stranger`):
 * the bystander serves for that. Privilege `set-target` opens the target whole, and nothing else.
 */
export function attempts({
  stranger,
  privilege,
  introspector,
  unlabelled,
  target,
  bystander,
}: {
  stranger: boolean;
  privilege: Privilege;
  introspector: AskedDomain;
  unlabelled: AskedDomain;
  target: Guest;
  bystander: Domain;
}): Attempt[] {
  const whole = privilege === 'set-target';
  const byIntrospector = { by: 'introspector', ...introspector };
  const writable = {
    attempt: 'target-writable',
    meaning: "the introspector asks for a writable mapping of the target's memory",
    ...byIntrospector,
    victim: target,
    job: { attempt: 'write-map' },
    ...(whole ? { expected: 'granted' } : {}),
  } as const satisfies Attempt;
  const otherWritable = {
    attempt: 'other-domain-writable',
    meaning: "the introspector asks for a writable mapping of another domain's memory",
    ...byIntrospector,
    victim: bystander,
    job: { attempt: 'write-map' },
  } as const satisfies Attempt;
  return [
    ...(stranger ? [] : [writable]),
    ...(stranger || whole ? [otherWritable] : []),
    {
      attempt: 'other-domain',
      meaning: "the introspector asks to read another domain's memory",
      ...byIntrospector,
      victim: bystander,
      job: { attempt: 'foreign-map' },
    },
    {
      attempt: 'target-unlabelled',
      meaning: `${whole ? 'a domain that has no target' : 'an unlabelled domain'} asks to read the target's memory`,
      by: 'unlabelled',
      ...unlabelled,
      victim: target,
      job: { attempt: 'foreign-map' },
    },
  ];
}

/** @throws UserError of kind `crash` when the domain that was asked about is there no more */
async function demandAlive({ attempt, victim }: Attempt): Promise<void> {
  const state = await victim.state();
  if (state === 'running' || state === 'paused') return;
  throw new UserError(
    `${attempt}: the domain ${victim.name} (id ${victim.domid}) died, or was restarted, in mid-run (state: ${state}).`,
    { kind: 'crash', advice: 'Run again while it stays.' },
  );
}

/**
 * Makes one request.
 * @throws UserError of kind `error` when the answer is neither a grant nor a proven refusal
 */
export async function attemptRefusal(
  request: Attempt,
  xen: Xen,
  privilege: Privilege,
  signal: AbortSignal,
): Promise<RefusalResult> {
  const before = await unlessAborted(xen.denials(), signal);
  let answer: Refusal | undefined;
  await request.introspector.ask(
    {
      workload: 'refusal',
      domid: request.victim.domid,
      type: request.victim.type,
      attempt: request.job.attempt,
    },
    (record) => {
      if (record.type === 'R') answer = record;
    },
  );
  const { attempt, meaning, by, expected } = request;
  const result = { attempt, meaning, by, ...(expected === undefined ? {} : { expected }) };
  if (answer === undefined || answer.attempt !== request.job.attempt) {
    throw new UserError(`${request.attempt}: the introspector did not say what came of it.`);
  }
  if (answer.errno === 0) return { ...result, outcome: 'granted', errno: 0, denial: '' };
  if (answer.errno === ESRCH) await demandAlive(request);
  if (answer.errno !== EPERM && answer.errno !== EACCES) {
    throw new UserError(
      `${request.attempt}: the request failed with errno ${answer.errno}, which is no refusal (EACCES is ${EACCES}, EPERM is ${EPERM}).`,
      { advice: 'The request was not judged. See the consoles of the run.' },
    );
  }
  if (privilege !== 'flask')
    return { ...result, outcome: 'refused', errno: answer.errno, denial: '' };
  for (let look = 0; look < LOOKS; look++) {
    const lines = linesSince(before, await unlessAborted(xen.denials(), signal));
    const denial = findDenial(lines, {
      source: request.domain.domid,
      target: request.victim.domid,
      permissions: PERMISSIONS[request.job.attempt],
    });
    if (denial !== undefined) {
      return { ...result, outcome: 'refused', errno: answer.errno, denial: denial.trim() };
    }
    await pause(LOOK_MS, signal);
  }
  throw new UserError(
    `${request.attempt}: refused with errno ${answer.errno}, but Xen's console reports no denial, so it was not FLASK that refused.`,
    { advice: 'See the policy and Xen’s console: xl dmesg.' },
  );
}
