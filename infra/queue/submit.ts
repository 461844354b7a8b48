/** Has a job done by whoever serves its testbed, and follows it. */
import { setTimeout } from 'node:timers/promises';
import { type Job, Queue, QueueEvents } from 'bullmq';
import { UserError } from '../errors.ts';
import type { Progress } from '../testbed.ts';
import { KEY_PREFIX, type QueueConnection } from './connection.ts';
import {
  cancelKey,
  decodeFailure,
  KEPT_SECONDS,
  type QueuedJob,
  queueName,
  type Returned,
  showTold,
} from './jobs.ts';
import { isParcel, type Parcel } from './parcel.ts';

const POLL_MS = 1000;
const PAUSE_MS = 5000;
/** How long a worker may take to end a job that was cancelled. */
const CANCEL_MS = 120_000;
/** How long the queue may take to answer one who wants to end. */
const CANCEL_ANSWER_MS = 10_000;
/** How long the queue may be away before the submitter gives up. */
const AWAY_MS = 60_000;
/** How long a connection may take to be closed politely. */
const CLOSE_MS = 2000;
/** The engine asks other workers for their names, which a restricted user of Redis may not. */
const UNKNOWN = Number.NaN;

/** What is to be done where. */
export interface Submission {
  testbed: string;
  /** Names the job, and is all that tells it from others. */
  id: string;
  job: QueuedJob;
  /** Attempts of the engine, at most. */
  tries: number;
}

/** What came of it. */
export interface Done {
  parcel: Parcel;
  /** Attempts that were made. */
  tries: number;
}

/**
 * Submits a job and waits for its end. When the signal fires, the job is taken back, or ended where it runs.
 * @throws UserError that the last attempt ended with
 */
export async function submit(
  connection: QueueConnection,
  { testbed, id, job, tries }: Submission,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<Done> {
  const options = { connection: connection.options, prefix: KEY_PREFIX };
  const queue = new Queue<QueuedJob, Returned>(queueName(testbed), options);
  const events = new QueueEvents(queueName(testbed), { ...options, lastEventId: '0' });
  // The connection itself tells when it is away.
  queue.on('error', () => {});
  events.on('error', () => {});
  events.on('progress', (event) => {
    if (event.jobId === id) showTold(progress, event.data);
  });
  events.on('stalled', (event) => {
    if (event.jobId === id) progress.warn('its worker is gone; the job waits for another one');
  });
  try {
    const adding = queue.add('run', job, {
      jobId: id,
      attempts: tries,
      backoff: { type: 'fixed', delay: PAUSE_MS },
      removeOnComplete: { age: KEPT_SECONDS },
      removeOnFail: { age: KEPT_SECONDS },
    });
    const added = await answered(adding, connection, signal);
    const follower = { connection, queue, added, testbed, progress };
    return await follow(follower, signal);
  } finally {
    await Promise.all([close(events), close(queue)]);
  }
}

/** Says good-bye, unless nobody is there to hear it. */
async function close(end: Pick<Queue, 'close' | 'disconnect'>): Promise<void> {
  const late = setTimeout(CLOSE_MS, undefined, { ref: false }).then(() => end.disconnect());
  await Promise.race([end.close(), late]).catch(() => {});
}

interface Follower {
  connection: QueueConnection;
  queue: Queue<QueuedJob, Returned>;
  added: Job<QueuedJob, Returned>;
  testbed: string;
  progress: Progress;
}

async function follow(follower: Follower, signal: AbortSignal): Promise<Done> {
  const { connection, queue, added, progress } = follower;
  let said = '';
  for (;;) {
    if (signal.aborted) await cancel(follower);
    if (connection.awayMs > AWAY_MS) throw away(connection);
    const asked = answered(added.getState(), connection, signal);
    const state = await asked.catch((error: unknown) => {
      if (signal.aborted) return 'interrupted';
      throw error;
    });
    if (state === 'interrupted') continue;
    if (state === 'completed' || state === 'failed') {
      const job = await answered(queue.getJob(added.id as string), connection, signal);
      return ended(state, job);
    }
    if (state === 'unknown') {
      throw new UserError('Somebody removed the job from the queue.', { advice: 'Run again.' });
    }
    const waits = state === 'active' ? '' : await waitingFor(follower, signal);
    if (waits !== '' && waits !== said) progress.step(waits);
    said = waits;
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

function away({ shown }: QueueConnection): UserError {
  return new UserError(`${shown} does not answer any more.`, {
    advice:
      "If a worker has the job, it goes on: the result will be in the worker's folder of results.",
  });
}

/**
 * Waits for an answer. Commands wait for a connection that is away, and one whose other end is frozen,
 * or gone without a word, answers nothing at all: the submitter waits for neither for ever.
 * @throws UserError after `AWAY_MS`, or what the signal says as soon as it fires
 */
async function answered<T>(
  command: Promise<T>,
  connection: QueueConnection,
  signal?: AbortSignal,
  patienceMs = AWAY_MS,
): Promise<T> {
  command.catch(() => {});
  const over = new AbortController();
  const given = AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]);
  const lost = setTimeout(patienceMs, undefined, { signal: given }).then(
    () => Promise.reject(away(connection)),
    () => Promise.reject(signal?.reason ?? away(connection)),
  );
  lost.catch(() => {});
  try {
    return await Promise.race([command, lost]);
  } finally {
    over.abort();
  }
}

async function waitingFor(
  { connection, queue, testbed }: Follower,
  signal: AbortSignal,
): Promise<string> {
  const asked = answered(queue.getWorkersCount(), connection, signal);
  const workers = await asked.catch(() => UNKNOWN);
  return workers === 0
    ? `no worker serves ${testbed}; next to it: tinyvmi-bench worker --queue … --testbed ${testbed}`
    : 'waiting for a worker';
}

function ended(state: 'completed' | 'failed', job: Job<QueuedJob, Returned> | undefined): Done {
  if (state === 'failed') throw decodeFailure(job?.failedReason ?? 'no reason is given');
  if (!isParcel(job?.returnvalue)) {
    throw new UserError('The job ended without a result.', { advice: 'Run again.' });
  }
  return { parcel: job.returnvalue, tries: job.attemptsMade };
}

/** Takes the job back. @throws UserError always, of kind interrupted when it is over */
async function cancel({ connection, queue, added, testbed, progress }: Follower): Promise<never> {
  const id = added.id as string;
  const gaveUp = Date.now() + CANCEL_MS;
  const told = <T>(command: Promise<T>) =>
    answered(command, connection, undefined, CANCEL_ANSWER_MS);
  const takeBack = async () => {
    await told(connection.client.set(cancelKey(testbed, id), '', 'EX', KEPT_SECONDS));
    for (;;) {
      const job = await told(queue.getJob(id));
      if (job === undefined) break;
      if ((await told(job.isCompleted())) || (await told(job.isFailed()))) break;
      const removing = job.remove().then(
        () => true,
        () => false,
      );
      if (await told(removing)) break;
      progress.step('the worker takes everything down');
      if (Date.now() > gaveUp) {
        throw new UserError(`The worker of ${testbed} does not end the job.`, {
          advice: 'See what it prints; what it made is in its journal (tinyvmi-bench clean).',
        });
      }
      await setTimeout(POLL_MS);
    }
  };
  await takeBack();
  throw new UserError('Interrupted.', {
    kind: 'interrupted',
    advice: 'What the run had created is gone.',
  });
}
