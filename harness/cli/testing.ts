/**
 * Surroundings of a command line for tests: streams that keep what was written, signals by hand.
 */
import type { Sink, Surroundings } from './output.ts';
import { StepTimes } from './progress/step-times.ts';
import type { SignalSource } from './signals.ts';

/** A stream that keeps its text. */
export class MemorySink implements Sink {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** A cache that cannot be: what a test takes is nothing that a user should be told to expect. */
const NO_CACHE = '/dev/null/no-cache';

/** Surroundings that keep everything. */
export function memorySurroundings(
  options: { tty?: boolean; env?: NodeJS.ProcessEnv } = {},
): Surroundings & { stdout: MemorySink; stderr: MemorySink } {
  return {
    stdout: new MemorySink(options.tty),
    stderr: new MemorySink(options.tty),
    env: { TINYVMI_CACHE: NO_CACHE, ...options.env },
  };
}

/** Times of steps that are not known and not kept. */
export function untimed(): StepTimes {
  return new StepTimes({ of: () => [], add() {} });
}

/** Signals that a test sends. */
export class FakeSignals implements SignalSource {
  readonly exits: number[] = [];
  #listeners = new Map<string, Set<() => void>>();

  on(signal: string, listener: () => void): void {
    const known = this.#listeners.get(signal) ?? new Set();
    this.#listeners.set(signal, known.add(listener));
  }

  off(signal: string, listener: () => void): void {
    this.#listeners.get(signal)?.delete(listener);
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  /** Sends a signal. @returns whether anybody listened */
  send(signal: string): boolean {
    const listeners = [...(this.#listeners.get(signal) ?? [])];
    for (const listener of listeners) listener();
    return listeners.length > 0;
  }
}
