/**
 * How the answer to a benchmark's question is said, as data: a sentence with places for arms and numbers,
 * and the words of each state.
 */
import type { State } from './words.ts';

/** A state in the words that the sentence ends with. */
export interface AnswerState {
  state: State;
  words: string;
  /** The words where one arm is told of, if they are others. */
  alone?: string;
  /** What is counted, where the unit does not say it: `hypercalls`. */
  noun?: string;
}

/** What a figure does not say: for a report, and in few words for a terminal's last line. */
export interface Caveat {
  text: string;
  /** Empty: a line does without it. */
  short: string;
}

/** The wording of a benchmark's answer. */
export interface AnswerWording {
  /** Phase that is told of. Default: the headline. */
  phase?: string;
  /**
   * Of two arms: `{a}` costs `{times}` what `{b}` does. Null where there is one arm only.
   * The words of the state and the interval follow.
   */
  compared: string | null;
  /** Of one arm: `{a}` and `{value}`, which has its unit. The words of the state follow. */
  alone: string;
  /** Every state of the benchmark, the one that answers first in front. */
  states: readonly AnswerState[];
  /** What another phase does from the first measured state to the last: `{first}` and `{last}`. */
  course?: { phase: string; text: string };
  /** What figures of this benchmark do not say on any testbed; absent: the clock alone decides that. */
  silent?: Caveat;
  /** Figures of the report that show the answer, the best in front. */
  figures: readonly string[];
}
