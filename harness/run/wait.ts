/**
 * Waiting that always ends: on an abort, at a deadline, or after a time of silence. The times
 * are the host's: inside an emulated guest a timeout means nothing.
 */

/** Rejects when the promise has not settled after that time. */
export async function withDeadline<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not finished after ${milliseconds / 1000} s`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** The promise's value, or a rejection with the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    throw signal.reason;
  }
  let listener: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => reject(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (listener) signal.removeEventListener('abort', listener);
    promise.catch(() => {});
  }
}

/**
 * For calls that take the signal themselves and clean up when it fires: gives them `graceMs` to do so.
 * A value that they deliver nevertheless goes to `late`.
 */
export async function settledUnlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  late: (value: T) => Promise<void>,
  graceMs: () => number,
): Promise<T> {
  try {
    return await unlessAborted(promise, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const settled = promise.then(late, () => {});
    await withDeadline(settled, graceMs()).catch(() => {});
    throw signal.reason;
  }
}

/** Calls `onSilence` once when `alive` has not been called for that long. */
export class SilenceTimer {
  readonly #milliseconds: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, onSilence: () => void) {
    this.#milliseconds = milliseconds;
    this.#onSilence = onSilence;
    this.alive();
  }

  /** A sign of life: the silence begins anew. */
  alive(): void {
    if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#onSilence(), this.#milliseconds);
    } else {
      this.#timer.refresh();
    }
  }

  /** No more waiting. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Resolves after that time, or rejects with the signal's reason. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await unlessAborted(elapsed, signal);
  } finally {
    clearTimeout(timer);
  }
}
