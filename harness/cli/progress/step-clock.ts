/** The step that one who reports is at: since when, and for how long. */
import type { StepTimes } from './step-times.ts';

/** A step that lasts; times in milliseconds. */
export interface Step {
  text: string;
  detail: string;
  started: number;
  /** How long it will take: by earlier times, else by what is done of it; undefined: not known. */
  expected: number | undefined;
}

/** A smaller part, or a shorter time, says nothing yet about the rest. */
const LEAST_SHARE = 0.05;
const LEAST_MS = 2000;

/** One step at a time. */
export class StepClock {
  readonly #times: StepTimes;
  #step: Step | undefined;
  /** Whether earlier times say how long the step takes. */
  #known = false;

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
    this.#known = expected !== undefined;
    this.#step = { text, detail: '', started: Date.now(), expected };
    return this.#step;
  }

  /** The step, if one lasts, is at this; so much of it is done. */
  detail(text: string, share?: number): void {
    if (this.#step === undefined) return;
    this.#step.detail = text;
    const elapsed = Date.now() - this.#step.started;
    if (this.#known || share === undefined || share < LEAST_SHARE || elapsed < LEAST_MS) return;
    this.#step.expected = elapsed / Math.min(share, 1);
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
