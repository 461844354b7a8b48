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
/** How long the queue may be away before the submitter gives up. */
const AWAY_MS = 60_000;
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
    const added = await queue.add('run', job, {
      jobId: id,
      attempts: tries,
      backoff: { type: 'fixed', delay: PAUSE_MS },
      removeOnComplete: { age: KEPT_SECONDS },
      removeOnFail: { age: KEPT_SECONDS },
    });
    const follower = { connection, queue, added, testbed, progress };
    return await follow(follower, signal);
  } finally {
    await Promise.allSettled([events.close(), queue.close()]);
  }
}

interface Follower {
  connection: QueueConnection;
  queue: Queue<QueuedJob, Returned>;
  added: Job<QueuedJob, Returned>;
  testbed: string;
  progress: Progress;
}

async function follow(follower: Follower, signal: AbortSignal): Promise<Done> {
  const { connection, queue, added, testbed, progress } = follower;
  let said = '';
  for (;;) {
    if (signal.aborted) await cancel(follower);
    if (connection.awayMs > AWAY_MS) throw away(connection);
    const state = await orAway(added.getState(), connection);
    if (state === 'completed' || state === 'failed')
      return ended(state, await queue.getJob(added.id as string));
    if (state === 'unknown') {
      throw new UserError('Somebody removed the job from the queue.', { advice: 'Run again.' });
    }
    const waits = state === 'active' ? '' : await waitingFor(queue, testbed);
    if (waits !== '' && waits !== said) progress.step(waits);
    said = waits;
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

function away({ shown }: QueueConnection): UserError {
  return new UserError(`${shown} does not answer any more.`, {
    advice: "The job goes on. Its result will be in the worker's folder of results.",
  });
}

/** Commands wait for a connection that is away; the submitter does not wait for ever. */
async function orAway<T>(command: Promise<T>, connection: QueueConnection): Promise<T> {
  const over = new AbortController();
  const lost = (async () => {
    while (!over.signal.aborted && connection.awayMs <= AWAY_MS) await setTimeout(POLL_MS);
    throw away(connection);
  })();
  lost.catch(() => {});
  try {
    return await Promise.race([command, lost]);
  } finally {
    over.abort();
  }
}

async function waitingFor(queue: Queue, testbed: string): Promise<string> {
  const workers = await queue.getWorkersCount().catch(() => UNKNOWN);
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
  const command = async () => {
    await connection.client.set(cancelKey(testbed, id), '', 'EX', KEPT_SECONDS);
    for (;;) {
      const job = await queue.getJob(id);
      if (job === undefined || (await job.isCompleted()) || (await job.isFailed())) break;
      const removed = await job.remove().then(
        () => true,
        () => false,
      );
      if (removed) break;
      progress.step('the worker takes everything down');
      if (Date.now() > gaveUp) {
        throw new UserError(`The worker of ${testbed} does not end the job.`, {
          advice: 'See what it prints; what it made is in its journal (tinyvmi-bench clean).',
        });
      }
      await setTimeout(POLL_MS);
    }
  };
  await orAway(command(), connection);
  throw new UserError('Interrupted.', {
    kind: 'interrupted',
    advice: 'What the run had created is gone.',
  });
}
