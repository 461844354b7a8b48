/**
 * Ctrl-C: the first one stops the run and takes everything down, the second one ends at once.
 */
import { EXIT_CODES, UserError } from '../../infra/errors.ts';

/** Signals that ask a program to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One key press can arrive twice: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 500;

/** What listens to signals: the process, or a test's stand-in. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

/** A signal that fires on the first Ctrl-C, from `listen` to `release`. */
export interface Interruption {
  signal: AbortSignal;
  /** Until then, and for who never listens, a Ctrl-C ends the process as the system does it. */
  listen(): void;
  release(): void;
  /** Listens while the work is done. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Lets go while the work is done. */
  without<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * What a command that has something to take down does about signals.
 * @param say tells the user; `last`: the process ends right after it
 */
export function onInterrupt(
  source: SignalSource,
  say: (text: string, last: boolean) => void,
): Interruption {
  const control = new AbortController();
  let first = 0;
  const listener = () => {
    if (!control.signal.aborted) {
      first = Date.now();
      say('Stopping: taking everything down. Ctrl-C again ends at once.', false);
      control.abort();
    } else if (Date.now() - first > SAME_PRESS_MS) {
      say(
        'Ended at once. tinyvmi-bench clean removes what is left here; clean --testbed <host>, what is left there.',
        true,
      );
      source.exit(EXIT_CODES.interrupted);
    }
  };
  let listens = false;
  const set = (wanted: boolean) => {
    if (wanted !== listens) {
      for (const signal of SIGNALS) source[wanted ? 'on' : 'off'](signal, listener);
    }
    listens = wanted;
  };
  const whileSet = async <T>(wanted: boolean, work: () => Promise<T>): Promise<T> => {
    const before = listens;
    set(wanted);
    try {
      return await work();
    } finally {
      set(before);
    }
  };
  return {
    signal: control.signal,
    listen: () => set(true),
    release: () => set(false),
    during: (work) => whileSet(true, work),
    without: (work) => whileSet(false, work),
  };
}

/** The error as the user shall read it: one that only tells that the signal came is no defect. */
export function asInterruption(error: unknown, { aborted, reason }: AbortSignal): unknown {
  const tells = error === reason || (error instanceof Error && error.cause === reason);
  if (!aborted || !tells) return error;
  return new UserError('Interrupted.', {
    kind: 'interrupted',
    advice: 'The same command again does what is left.',
    cause: error,
  });
}
