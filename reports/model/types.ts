/**
 * A report as data: what it says, before anybody decides how it looks. Plain JSON.
 */

import type { Arm } from '../../bench/words.ts';

/** A column of a table. */
export interface Column {
  label: string;
  align: 'left' | 'right';
}

/** A table. Cells are text, already formatted. */
export interface Table {
  id: string;
  title: string;
  /** What the numbers are, with their unit. */
  caption: string;
  columns: Column[];
  rows: string[][];
}

/**
 * Which entry of the palette something is drawn with: that of an arm, or the n-th (from 0) of those
 * without a meaning of their own. Entries differ in lightness and hatch, not in hue alone.
 */
export type Shade = Arm | number;

/** An axis of numbers. */
export interface Axis {
  /** What it measures, with its unit: `instructions a page`. One unit an axis. */
  label: string;
  scale: 'linear' | 'logarithmic';
  /** Only whole numbers are marked: counts of domains, numbers of boots. */
  whole?: boolean;
  /** The axis begins at zero even where the data do not. Linear axes only. */
  fromZero?: boolean;
}

/** What every set of axes has. */
interface AnyPanel {
  title: string;
  subtitle: string;
}

/** One bar with its interval. */
export interface Bar {
  /** Place on the category axis. */
  category: string;
  /** Which series it belongs to: decides its colour. */
  series: Arm;
  value: number;
  /** The part of the value that is drawn striped, from 0 up. */
  foot?: number;
  /** 95 % interval, where there is one. */
  interval: [number, number] | null;
  /** The value as it is written above the bar. */
  label: string;
}

/** Bars, one a category or one a series in each category. */
export interface BarPanel extends AnyPanel {
  kind: 'bars';
  /** Label of the value axis, with its unit. */
  axis: string;
  scale: 'linear' | 'logarithmic';
  bars: Bar[];
  /** Somebody else's figures: drawn hatched. */
  foreign: boolean;
}

/** A part of every stacked bar. Its place in the list decides its colour and hatch. */
export interface Part {
  /** As the legend names it. */
  label: string;
}

/** One bar made of parts. */
export interface StackedBar {
  /** Place on the category axis: `Dom0, cold`. */
  category: string;
  /** Values of the parts, in the order of the panel's parts; null or 0 where the bar lacks one. */
  values: (number | null)[];
  /** The whole as it is written at the end of the bar. */
  label: string;
}

/** Bars that are the sum of their parts, any number of them, on a linear axis from zero. */
export interface StackedPanel extends AnyPanel {
  kind: 'stacked-parts';
  /** Label of the value axis, with its unit. */
  axis: string;
  parts: Part[];
  bars: StackedBar[];
}

/** A point of a line. */
export interface Point {
  x: number;
  y: number;
  /** 95 % interval of y, drawn as whiskers. */
  interval?: [number, number] | null;
}

/** Points in the order of x. */
export interface Line {
  /** As the legend names it. */
  label: string;
  shade: Shade;
  /**
   * `line`: joined. `steps`: y holds from its x to the next, as in an ECDF. `points`: marks alone.
   * `marked-line`: joined, a mark at each.
   */
  drawn: 'line' | 'steps' | 'points' | 'marked-line';
  /** Dashes of the joining line, to tell lines apart without colour. Default: solid. */
  dash?: 'solid' | 'dashed' | 'dotted';
  points: Point[];
}

/** A place on the x axis that has a meaning: a change of level, a capacity. */
export interface Mark {
  x: number;
  label: string;
}

/**
 * Lines and points over a numeric axis: ECDFs, samples in run order, boots with their intervals, a
 * history, cost against the number of domains.
 */
export interface LinePanel extends AnyPanel {
  kind: 'lines';
  x: Axis;
  y: Axis;
  lines: Line[];
  marks?: Mark[];
}

/** One ratio with its interval. */
export interface RatioRow {
  /** What is compared: `cold, Dom0`. */
  label: string;
  shade: Shade;
  ratio: number;
  /** 95 % interval, drawn as whiskers; null where there is none. */
  interval: [number, number] | null;
  /** Ratios that count as no change, drawn as a shaded band. */
  equivalence: [number, number];
  /** The change as it is written at the end of the row. */
  note: string;
}

/** Ratios below each other, a row each, about a line at 1: a forest plot. */
export interface RatioPanel extends AnyPanel {
  kind: 'ratios';
  axis: Axis;
  rows: RatioRow[];
}

/** One set of axes. */
export type Panel = BarPanel | StackedPanel | LinePanel | RatioPanel;

/** A chart: one panel, or several beside each other that share no axis. */
export interface Chart {
  id: string;
  title: string;
  panels: Panel[];
  /**
   * Names of the series of bars for the legend. Empty: the categories say it. Parts and lines name
   * themselves.
   */
  legend: { series: Arm; label: string }[];
  /** What a reader who cannot see it should know. */
  alternative: string;
}

/** A chart with the table of what it shows. */
export interface Figure {
  id: string;
  /** What is drawn, in which unit, what whiskers are, and what was left out or thinned. */
  caption: string;
  chart: Chart;
  table: Table;
}

/** A named fact. */
export interface Fact {
  label: string;
  value: string;
}

/** A line of evidence that is shown as it was printed. */
export interface Evidence {
  label: string;
  text: string;
}

/** What a report says about one benchmark, or about one kind of finding. */
export interface Section {
  /** Name of the benchmark; of the kind of report where it is about none. */
  id: string;
  title: string;
  question: string;
  /** What the section's figures come to, in sentences that its tables back. */
  findings: string[];
  /** The main table, which the terminal shows. */
  overview: Table | null;
  /** Further tables that the terminal shows, too; they stand before the others. */
  highlights: Table[];
  figures: Figure[];
  tables: Table[];
}

/** What was asked, what came out, and what that does not say. */
export interface Answer {
  question: string;
  /** One sentence, with its 95 % interval; where there are no figures, why. */
  answer: string;
  /** What it does not say, in whole sentences; empty: there is nothing to add. */
  caveat: string;
  /** Answer and caveat on one line of at most 200 characters. */
  line: string;
  /** Figures that show it, the best in front (reports/model/answer/compose.ts picks one). */
  figures: string[];
}

/** A step of an artifact's evaluation. */
export interface Step {
  command: string;
  /** How long it takes and what comes of it. */
  expect: string;
}

/** How to get the result again, and from what it was made. */
export interface Repeat {
  command: string;
  steps: Step[];
  facts: Fact[];
  images: Fact[];
}

/** Something that a report refers to. */
export interface Citation {
  id: string;
  text: string;
}

/** Version of report.json. */
export const REPORT_SCHEMA_VERSION = 1;

/** What a report is about: one run, samples from elsewhere, several results, two sets, or a history. */
export type ReportKind = 'run' | 'imported' | 'runs' | 'comparison' | 'history';

/** What was read, held against what should have been. */
export interface DigestEvidence {
  table: Table;
  agrees: boolean;
  /** A sentence. */
  verdict: string;
}

/** A whole report: its first benchmark, what holds for all of them, and the others. */
export interface ReportModel extends Section {
  schemaVersion: typeof REPORT_SCHEMA_VERSION;
  kind: ReportKind;
  /** Names of the results that it is about. */
  results: string[];
  /** When the newest of them was begun, as in its manifest. Renderers know no other date. */
  date: string;
  status: string;
  reason: string | null;
  answer: Answer;
  /** What must be known before the first number is read. */
  notes: string[];
  /** What stands behind the answer: what was measured, on what, how often. */
  abstract: string[];
  /** The main figures, a row each; null where there are none or the overview is as short. */
  glance: Table | null;
  facts: Fact[];
  /** How it was measured and estimated. */
  method: string[];
  /** Sections of the benchmarks after the first. */
  further: Section[];
  /** Each claim with its verdict; null where none was evaluated. */
  claims: Table | null;
  refusals: { table: Table; lines: Evidence[] } | null;
  digests: DigestEvidence | null;
  skipped: Fact[];
  warnings: string[];
  /** What limits the figures' meaning. */
  threats: Fact[];
  repeat: Repeat | null;
  citations: Citation[];
}
