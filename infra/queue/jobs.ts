/**
 * What stands in a queue. Each testbed has a queue of its own, which its workers take jobs from.
 */
import { Ajv } from 'ajv';
import { type ErrorKind, messageOf, UserError } from '../errors.ts';
import type { Progress } from '../testbed.ts';
import { KEY_PREFIX } from './connection.ts';
import type { Parcel } from './parcel.ts';

/** A job: what to do is the harness's business. */
export interface QueuedJob {
  /** Version of the program that submitted it; a worker of another one refuses it. */
  release: string;
  /** Host name of the submitter, for people. */
  from: string;
  order: Readonly<Record<string, unknown>>;
}

const JOB_SCHEMA = {
  type: 'object',
  required: ['release', 'from', 'order'],
  additionalProperties: false,
  properties: {
    release: { type: 'string', pattern: '^[ -~]{1,200}$' },
    from: { type: 'string', pattern: '^[!-~]{1,253}$' },
    order: { type: 'object' },
  },
};
const validate = new Ajv().compile<QueuedJob>(JOB_SCHEMA);

/** What comes out of a queue, into which others write. @throws UserError of kind usage when it is no job */
export function demandJob(data: unknown): QueuedJob {
  if (validate(data)) return data;
  const [error] = validate.errors ?? [];
  throw new UserError(
    `The job is not one of tinyvmi-bench: ${error?.instancePath || 'it'} ${error?.message}.`,
    { kind: 'usage' },
  );
}

/** What a job returns: where the folder that it made can be taken. */
export type Returned = Parcel;

/** Seconds that the engine keeps what nobody fetched: a week. */
export const KEPT_SECONDS = 7 * 24 * 60 * 60;

/** Name of a testbed's queue. The engine allows no colon in it. */
export function queueName(testbed: string): string {
  return encodeURIComponent(testbed);
}

/** Key that asks whoever has the job to end it. */
export function cancelKey(testbed: string, id: string): string {
  return `${KEY_PREFIX}:cancel:${queueName(testbed)}:${id}`;
}

/** A line of progress, as it travels. */
export interface ToldLine {
  kind: keyof Progress;
  text: string;
}

const TOLD: Readonly<Record<keyof Progress, true>> = {
  step: true,
  detail: true,
  done: true,
  warn: true,
};

/** Shows a line that came from a worker; what is none is not shown. */
export function showTold(progress: Progress, told: unknown): void {
  const { kind, text } = (told ?? {}) as Partial<ToldLine>;
  if (kind !== undefined && Object.hasOwn(TOLD, kind) && typeof text === 'string') {
    progress[kind](text);
  }
}

const KINDS: Readonly<Record<ErrorKind, true>> = {
  failure: true,
  error: true,
  usage: true,
  skipped: true,
  interrupted: true,
  crash: true,
};

/** An error as the engine keeps it: text. */
export function encodeFailure(error: unknown): string {
  const kind = error instanceof UserError ? error.kind : 'error';
  const advice = error instanceof UserError ? error.advice : undefined;
  return JSON.stringify({ kind, message: messageOf(error), advice });
}

/** The same error again. The engine's own words (a job that stalled too often) are an error as well. */
export function decodeFailure(text: string): UserError {
  try {
    const { kind, message, advice } = JSON.parse(text) as Record<string, unknown>;
    if (typeof message === 'string' && Object.hasOwn(KINDS, String(kind))) {
      return new UserError(message, {
        kind: kind as ErrorKind,
        ...(typeof advice === 'string' ? { advice } : {}),
      });
    }
  } catch {
    // Not ours: see below.
  }
  return new UserError(`The queue gave the job up: ${text}.`, {
    advice: 'See what the worker printed, start it again, and run again.',
  });
}
