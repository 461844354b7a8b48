/**
 * How long steps took on this machine, kept in the cache between runs. It serves estimates and nothing
 * else, so whatever is wrong with the file costs only them: what cannot be read is not known and is
 * replaced, what cannot be written is not kept. Of two processes that write at once, one loses an entry.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { remembers } from './seen.ts';

/** The file, within the cache. */
export const DURATIONS = 'durations.json';

/** One time that a step took. */
export interface Took {
  seconds: number;
  /** The kind of run that it was a step of; empty: of none. */
  run: string;
}

const VERSION = 1;
/** Steps that are kept, the latest ones. */
const STEPS = 200;
/** Times of each that are kept, the latest ones. */
const TIMES = 10;
/** Characters of a step that tell it from another. */
const STEP_LENGTH = 200;
/** A file that is larger is not ours. */
const MOST_BYTES = 1 << 20;

function isTook(value: unknown): value is Took {
  const { seconds, run } = (value ?? {}) as Partial<Took>;
  return Number.isFinite(seconds) && Number(seconds) >= 0 && typeof run === 'string';
}

function parsed(text: string): Map<string, Took[]> {
  const { version, steps } = JSON.parse(text) as { version?: unknown; steps?: unknown };
  if (version !== VERSION || typeof steps !== 'object') return new Map();
  return new Map(
    Object.entries(steps ?? {}).map(([step, times]) => [
      step,
      Array.isArray(times) ? times.filter(isTook) : [],
    ]),
  );
}

/** The times that are kept in the cache at one place. */
export class Durations {
  readonly #root: string;

  /** @param root the cache's folder; where there is none, nothing is kept */
  constructor(root: string) {
    this.#root = root;
  }

  /** Times that a step took, the oldest first. */
  of(step: string): readonly Took[] {
    return this.#read().get(step.slice(0, STEP_LENGTH)) ?? [];
  }

  /** Keeps one more time of a step. */
  add(step: string, took: Took): void {
    const all = this.#read();
    const name = step.slice(0, STEP_LENGTH);
    const times = [...(all.get(name) ?? []), took].slice(-TIMES);
    all.delete(name);
    all.set(name, times);
    const steps = Object.fromEntries([...all].slice(-STEPS));
    this.#write(`${JSON.stringify({ version: VERSION, steps })}\n`);
  }

  #read(): Map<string, Took[]> {
    const path = join(this.#root, DURATIONS);
    try {
      return statSync(path).size > MOST_BYTES ? new Map() : parsed(readFileSync(path, 'utf8'));
    } catch {
      return new Map();
    }
  }

  #write(text: string): void {
    if (!remembers(this.#root)) return;
    const folder = join(this.#root, 'tmp');
    const temporary = join(folder, `${DURATIONS}.${process.pid}`);
    try {
      // Not with its parents: a command that needs no cache makes none.
      if (statSync(folder, { throwIfNoEntry: false }) === undefined) mkdirSync(folder);
      try {
        writeFileSync(temporary, text);
        renameSync(temporary, join(this.#root, DURATIONS));
      } finally {
        rmSync(temporary, { force: true });
      }
    } catch {
      // It is not kept.
    }
  }
}
