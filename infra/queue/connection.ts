/** A connection to the Redis or Valkey that a queue is kept in. */
import { setTimeout } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { messageOf, UserError } from '../errors.ts';
import type { Progress } from '../testbed.ts';
import { parseQueueAddress, type QueueAddress } from './address.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** How long between attempts to connect again, at most. */
const RECONNECT_MS = 2000;

/** Every key of ours in the database begins so. */
export const KEY_PREFIX = 'tinyvmi-bench';

/** Opened: commands wait while the connection is away, and are sent when it is there again. */
export class QueueConnection {
  readonly shown: string;
  /** Of every connection of the engine. */
  readonly options: RedisOptions;
  readonly client: Redis;
  #awaySince: number | undefined;

  private constructor({ options, shown }: QueueAddress) {
    this.shown = shown;
    this.options = {
      ...options,
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: (times) => Math.min(times * 100, RECONNECT_MS),
      maxRetriesPerRequest: null,
    };
    this.client = new Redis(this.options);
    // Why a connection ended is told by `close`, which comes with every loss.
    this.client.on('error', () => {});
    this.client.on('close', () => {
      this.#awaySince ??= Date.now();
    });
    this.client.on('ready', () => {
      this.#awaySince = undefined;
    });
  }

  /** Connects. @throws UserError when nobody answers there, or lets us in */
  static async open(text: string): Promise<QueueConnection> {
    const address = parseQueueAddress(text);
    await demandAnswer(address);
    return new QueueConnection(address);
  }

  /** Milliseconds since the connection was lost; 0 while it is there. */
  get awayMs(): number {
    return this.#awaySince === undefined ? 0 : Date.now() - this.#awaySince;
  }

  /** Tells of losses, until the signal fires. */
  watch(progress: Progress, signal: AbortSignal): void {
    const lost = () => {
      if (!signal.aborted) progress.warn(`${this.shown} does not answer; connecting again`);
    };
    const found = () => progress.done(`connected to ${this.shown}`);
    const on = () => {
      this.client.once('close', lost);
    };
    this.client.on('ready', found);
    this.client.on('ready', on);
    on();
    signal.addEventListener('abort', () => {
      this.client.off('close', lost).off('ready', found).off('ready', on);
    });
  }

  async close(): Promise<void> {
    this.client.disconnect();
  }
}

/** One try: whoever answers later than this is not there. */
async function demandAnswer({ options, shown }: QueueAddress): Promise<void> {
  const trial = new Redis({
    ...options,
    connectTimeout: CONNECT_TIMEOUT_MS,
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  let reason = '';
  trial.on('error', (error) => {
    reason ||= messageOf(error);
  });
  try {
    const late = setTimeout(CONNECT_TIMEOUT_MS, undefined, { ref: false }).then(() => {
      throw new Error(`no answer in ${CONNECT_TIMEOUT_MS / 1000} s`);
    });
    await Promise.race([trial.connect().then(() => trial.ping()), late]);
    if (reason !== '') throw new Error(reason);
  } catch (error) {
    throw new UserError(`${shown}: ${reason || messageOf(error)}`, {
      advice:
        'Start Redis or Valkey there (Debian: redis-server), and give its password if it has one.',
    });
  } finally {
    trial.disconnect();
  }
}
