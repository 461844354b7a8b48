/** Takes jobs of a testbed from its queue, one at a time, until it is told to end. */
import { setTimeout } from 'node:timers/promises';
import { type Job, Queue, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { isWorthAnotherTry, messageOf, UserError } from '../errors.ts';
import type { Progress } from '../testbed.ts';
import { KEY_PREFIX, type QueueConnection } from './connection.ts';
import {
  cancelKey,
  demandJob,
  encodeFailure,
  type QueuedJob,
  queueName,
  type Returned,
  type ToldLine,
} from './jobs.ts';
import { sendFolder } from './parcel.ts';

const POLL_MS = 1000;
/**
 * How long a worker may be silent before its job is given to another: longer than the analysis of a
 * result keeps a process from renewing its claim.
 */
const LEASE_MS = 30_000;
/** How many workers may die over one job: then it is the job. */
const MAX_DEATHS = 3;

/** Whom a worker serves, and how. */
export interface Service {
  testbed: string;
  /** Whether several workers of this testbed would be in each other's way. */
  alone: boolean;
  leaseMs?: number;
}

/** What comes with a job. */
export interface Handling {
  progress: Progress;
  /** Fires when the job is to be given up: by its submitter, with this worker, or to another one. */
  signal: AbortSignal;
}

/** Does a job. @returns the folder that it made */
export type Handler = (id: string, job: QueuedJob, handling: Handling) => Promise<string>;

/** Serves a testbed until the signal fires. A job that is under way then goes back to the queue. */
export async function serve(
  connection: QueueConnection,
  { testbed, alone, leaseMs = LEASE_MS }: Service,
  handle: Handler,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<void> {
  const options = { connection: connection.options, prefix: KEY_PREFIX };
  const name = queueName(testbed);
  const queue = new Queue(name, options);
  queue.on('error', () => {});
  if (alone) await queue.setGlobalConcurrency(1);
  const current = new Map<string, AbortController>();
  const worker = new Worker<QueuedJob, Returned>(
    name,
    async (job, token) => {
      const given = new AbortController();
      const id = job.id as string;
      current.set(id, given);
      const jobSignal = AbortSignal.any([signal, given.signal]);
      const stop = cancelledBy(connection, cancelKey(testbed, id), given);
      const told = tellers(job, progress);
      try {
        const data = demandJob(job.data);
        progress.done(`took job ${id} of ${data.from}`);
        const folder = await handle(id, data, { progress: told.progress, signal: jobSignal });
        await told.sent();
        const parcel = await sendFolder(connection.client, folder);
        progress.done(`job ${id} is done: ${folder}`);
        return parcel;
      } catch (error) {
        await told.sent();
        progress.warn(`job ${id}: ${messageOf(error)}`);
        if (signal.aborted) {
          await job.moveToWait(token);
          throw new WaitingError();
        }
        throw await failureOf(job, error);
      } finally {
        stop();
        current.delete(id);
      }
    },
    {
      ...options,
      autorun: false,
      concurrency: 1,
      lockDuration: leaseMs,
      stalledInterval: leaseMs / 6,
      maxStalledCount: MAX_DEATHS,
    },
  );
  // Errors of the connection: it tells of them itself, and the engine tries again.
  worker.on('error', () => {});
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) current.get(id)?.abort();
  });
  const end = () => void worker.close();
  signal.addEventListener('abort', end, { once: true });
  try {
    if (!signal.aborted) await worker.run();
    await worker.close();
  } finally {
    signal.removeEventListener('abort', end);
    await queue.close();
  }
}

/** What the engine is told of an error: to try again, or not. The submitter sees each of them. */
async function failureOf(job: Job<QueuedJob>, error: unknown): Promise<Error> {
  const text = encodeFailure(error);
  if (!isWorthAnotherTry(error)) return new UnrecoverableError(text);
  const { attempts = 1 } = job.opts;
  const tried = job.attemptsMade + 1;
  if (tried < attempts) {
    const line: ToldLine = {
      kind: 'warn',
      text: `try ${tried} of ${attempts} failed: ${messageOf(error)}`,
    };
    await job.updateProgress({ ...line });
  }
  return new Error(text);
}

/** Progress that is shown here, and sent to the submitter in its order. */
function tellers(job: Job<QueuedJob>, shown: Progress) {
  let sending: Promise<unknown> = Promise.resolve();
  const tell = (kind: keyof Progress) => (text: string) => {
    shown[kind](text);
    const line: ToldLine = { kind, text };
    // A line that is lost with the connection is no reason to lose the run.
    sending = sending.then(() => job.updateProgress({ ...line })).catch(() => {});
  };
  const progress: Progress = {
    step: tell('step'),
    detail: tell('detail'),
    done: tell('done'),
    warn: tell('warn'),
  };
  return { progress, sent: () => sending };
}

/** Aborts when the submitter asks for it. @returns what ends the asking */
function cancelledBy({ client }: QueueConnection, key: string, given: AbortController): () => void {
  const over = new AbortController();
  void (async () => {
    while (!over.signal.aborted) {
      if ((await client.exists(key).catch(() => 0)) > 0) given.abort(new UserError('Cancelled.'));
      await setTimeout(POLL_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  return () => over.abort();
}
