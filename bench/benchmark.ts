/**
 * What a benchmark is: a question, and the data that turns it into a plan and a figure.
 * A benchmark touches no Xen, no file and no chart.
 */
import type { AnswerWording } from './answer.ts';
import type { Arm, State } from './words.ts';

/** A whole number that the user may choose. */
export interface NumberParameter {
  kind: 'number';
  name: string;
  meaning: string;
  default: number;
  min: number;
  max: number;
}

/** One of a list of words that the user may choose. */
export interface ChoiceParameter {
  kind: 'choice';
  name: string;
  meaning: string;
  default: string;
  choices: readonly string[];
}

/** Something about a benchmark that the user may choose, with its bounds. */
export type Parameter = NumberParameter | ChoiceParameter;

/** A part of a sample, or the whole of it. */
export interface Phase {
  name: string;
  meaning: string;
}

/** A chart, as data: which measures it shows. reports/ decides how it looks. */
export interface Figure {
  id: string;
  /**
   * `bars`: one bar an arm, for one state. `grouped-bars`: arms side by side for each state.
   * `stacked-bars`: as `grouped-bars`, with the part of each bar that `below` makes set apart.
   */
  kind: 'bars' | 'grouped-bars' | 'stacked-bars';
  title: string;
  states: readonly State[];
  phase: string;
  statistic: 'p50';
  scale: 'linear' | 'logarithmic';
  /** Phase of the lower part of stacked bars. */
  below?: string;
  /** Name of a set of reference figures (results/paper.ts) to show beside ours on its own axis. */
  reference?: string;
}

/** A question to a testbed. */
export interface Benchmark<Id extends string = string> {
  id: Id;
  title: string;
  question: string;
  /** How its answer is said. */
  answer: AnswerWording;
  /** `samples`: it measures again and again. `observations`: it finds out single facts. */
  kind: 'samples' | 'observations';
  /** Entry of the introspector's table of workloads (native/PROTOCOL.md); null: it asks none. */
  workload: string | null;
  /**
   * Seconds that its default takes on an emulated host that is up, near enough to know which of several
   * benchmarks takes longest.
   */
  expectedSeconds: number;
  /** What one sample is about, or whom an observation is of: `page`, `arm`. */
  per: string;
  /** Phase that answers the question: the one that is compared between arms. The first of `phases`. */
  headline: string;
  /** What a state is, for tables and help texts. */
  stateTitle: string;
  /** What a number of the headline is, without its unit: `Median cost of a page`. */
  overviewCaption: string;
  /** What a sentence about ratios calls it, where it is no `Median cost of` one. */
  costCaption?: string;
  stateCaption: string;
  /** Arms of whoever names none. */
  arms: readonly Arm[];
  /** Arms beside them that take what not everybody has: measured when they are asked for. */
  furtherArms?: readonly Arm[];
  states: readonly State[];
  phases: readonly Phase[];
  parameters: readonly Parameter[];
  /**
   * Benchmark that it stands for where the target is a guest of the host that is not ours: users name
   * that one.
   */
  standsFor?: string;
  figures: readonly Figure[];
}
