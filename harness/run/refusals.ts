/**
 * The requests that FLASK has to refuse. Each must come back as a refusal to the domain
 * that asked, and stand as a denial on Xen's console.
 */
import { UserError } from '../../infra/errors.ts';
import type { Domain, Guest, Xen } from '../../infra/testbed.ts';
import type { RefusalJob } from '../protocol/job.ts';
import type { Refusal } from '../protocol/records.ts';
import { findDenial } from './denials.ts';
import type { Introspector } from './introspector.ts';
import type { RefusalResult } from './outcome.ts';
import { pause, unlessAborted } from './wait.ts';

/** Errno values that are refusals, in Xen's numbering (xen/errno.h). */
const EPERM = 1;
const EACCES = 13;

/** How often Xen's console is read again until the denial stands there, and how long apart. */
const LOOKS = 10;
const LOOK_MS = 300;

/** One request: who asks whom for what. */
export interface Attempt {
  attempt: string;
  meaning: string;
  by: string;
  introspector: Introspector;
  domain: Domain;
  victim: Guest;
  job: Pick<RefusalJob, 'attempt'>;
}

/**
 * The requests that every run makes. Nobody asks to write to a target that is not ours (`stranger`):
 * the bystander serves for that.
 */
export function attempts(parts: {
  stranger: boolean;
  introspector: { introspector: Introspector; domain: Domain };
  unlabelled: { introspector: Introspector; domain: Domain };
  target: Guest;
  bystander: Domain;
}): Attempt[] {
  return [
    {
      ...(parts.stranger
        ? {
            attempt: 'other-domain-writable',
            meaning: "the introspector asks for a writable mapping of another domain's memory",
            victim: parts.bystander,
          }
        : {
            attempt: 'target-writable',
            meaning: "the introspector asks for a writable mapping of the target's memory",
            victim: parts.target,
          }),
      by: 'introspector',
      ...parts.introspector,
      job: { attempt: 'write-map' },
    },
    {
      attempt: 'other-domain',
      meaning: "the introspector asks to read another domain's memory",
      by: 'introspector',
      ...parts.introspector,
      victim: parts.bystander,
      job: { attempt: 'foreign-map' },
    },
    {
      attempt: 'target-unlabelled',
      meaning: "an unlabelled domain asks to read the target's memory",
      by: 'unlabelled',
      ...parts.unlabelled,
      victim: parts.target,
      job: { attempt: 'foreign-map' },
    },
  ];
}

/**
 * Makes one request.
 * @throws UserError of kind `error` when the answer is neither a grant nor a proven refusal
 */
export async function attemptRefusal(
  request: Attempt,
  xen: Xen,
  signal: AbortSignal,
): Promise<RefusalResult> {
  const before = (await unlessAborted(xen.denials(), signal)).length;
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
  const result = { attempt: request.attempt, meaning: request.meaning, by: request.by };
  if (answer === undefined || answer.attempt !== request.job.attempt) {
    throw new UserError(`${request.attempt}: the introspector did not say what came of it.`);
  }
  if (answer.errno === 0) return { ...result, outcome: 'granted', errno: 0, denial: '' };
  if (answer.errno !== EPERM && answer.errno !== EACCES) {
    throw new UserError(
      `${request.attempt}: the request failed with errno ${answer.errno}, which is no refusal (EACCES is ${EACCES}, EPERM is ${EPERM}).`,
      { advice: 'The request did not reach FLASK. See the consoles of the run.' },
    );
  }
  for (let look = 0; look < LOOKS; look++) {
    const lines = (await unlessAborted(xen.denials(), signal)).slice(before);
    const denial = findDenial(lines, request.domain.domid, request.victim.domid);
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
