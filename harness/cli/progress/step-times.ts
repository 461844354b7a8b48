/** How long steps and whole runs take on this machine, by what earlier ones took. */
import type { Took } from '../../../infra/cache/durations.ts';
import { type Expected, expectedOf, stepName } from './estimate.ts';

/** Steps that are shorter are neither expected nor, when they never were longer, kept. */
const WORTH_SECONDS = 2;
const KEPT_SECONDS = 1;

/** Where times are kept. */
export interface TimesKept {
  /** Times of one name, the oldest first. */
  of(name: string): readonly Took[];
  add(name: string, took: Took): void;
}

/** What is known of steps. */
export class StepTimes {
  readonly #kept: TimesKept;
  #run = '';
  /** When the whole of what is under way should end. */
  #end: number | undefined;

  constructor(kept: TimesKept) {
    this.#kept = kept;
  }

  /** From now on, steps are those of this kind of run. */
  within(run: string): void {
    this.#run = run;
  }

  /** What begins now takes so long in all, in milliseconds; undefined: not known. */
  begins(whole: number | undefined): void {
    this.#end = whole === undefined ? undefined : Date.now() + whole;
  }

  /** What is left of it, in milliseconds; undefined: not known, or it takes longer than expected. */
  toGo(): number | undefined {
    const left = this.#end === undefined ? 0 : this.#end - Date.now();
    return left < 500 ? undefined : left;
  }

  /** How long a step will take, in milliseconds; undefined: not known, or not worth saying. */
  expected(step: string): number | undefined {
    const { seconds = 0 } = expectedOf(this.#kept.of(stepName(step)), this.#run) ?? {};
    return seconds < WORTH_SECONDS ? undefined : seconds * 1000;
  }

  /** Keeps how long a step took that ended well. */
  took(step: string, milliseconds: number): void {
    const name = stepName(step);
    const seconds = milliseconds / 1000;
    if (seconds < KEPT_SECONDS && this.#kept.of(name).length === 0) return;
    this.#kept.add(name, { seconds, run: this.#run });
  }

  /** What is expected of a part of this kind of run, from such runs alone. */
  expectedOfRun(part: string): Expected | undefined {
    return expectedOf(this.#kept.of(`run ${this.#run}: ${part}`), this.#run);
  }

  /** Keeps how long a part of this kind of run took. */
  runTook(part: string, milliseconds: number): void {
    const took = { seconds: milliseconds / 1000, run: this.#run };
    this.#kept.add(`run ${this.#run}: ${part}`, took);
  }
}
