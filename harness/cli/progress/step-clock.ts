/** The step that one who reports is at: since when, and for how long. */
import type { StepTimes } from './step-times.ts';

/** A step that lasts; times in milliseconds. */
export interface Step {
  text: string;
  detail: string;
  started: number;
  /** How long it will take, where that is known. */
  expected: number | undefined;
}

/** One step at a time. */
export class StepClock {
  readonly #times: StepTimes;
  #step: Step | undefined;

  constructor(times: StepTimes) {
    this.#times = times;
  }

  /** The step that lasts. */
  get step(): Step | undefined {
    return this.#step;
  }

  /** Begins a step. The one before, if it lasts, is not known to have ended well. */
  begin(text: string): Step {
    const expected = this.#times.expected(text);
    this.#step = { text, detail: '', started: Date.now(), expected };
    return this.#step;
  }

  /** Ends the step, which is remembered. @returns what it took, if there was one */
  done(): number | undefined {
    if (this.#step === undefined) return undefined;
    const { text, started } = this.#step;
    const took = Date.now() - started;
    this.#step = undefined;
    this.#times.took(text, took);
    return took;
  }

  /** Ends the step, which did not end well or is over for another reason. */
  drop(): void {
    this.#step = undefined;
  }
}
