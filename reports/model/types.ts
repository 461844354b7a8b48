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

/** One bar with its interval. */
export interface Bar {
  /** Place on the category axis. */
  category: string;
  /** Which series it belongs to: decides its colour. */
  series: Arm;
  value: number;
  /** The part of the value that is drawn paler, from 0 up. */
  foot?: number;
  /** 95 % interval, where there is one. */
  interval: [number, number] | null;
  /** The value as it is written above the bar. */
  label: string;
}

/** One set of axes. */
export interface Panel {
  title: string;
  subtitle: string;
  /** Label of the value axis, with its unit. */
  axis: string;
  scale: 'linear' | 'logarithmic';
  bars: Bar[];
  /** Somebody else's figures: drawn hatched. */
  foreign: boolean;
}

/** A chart: one panel, or several beside each other that share no axis. */
export interface Chart {
  id: string;
  title: string;
  panels: Panel[];
  /** Names of the series for the legend, by series. Empty: the categories say it. */
  legend: { series: Bar['series']; label: string }[];
  /** What a reader who cannot see it should know. */
  alternative: string;
}

/** A chart with the table of what it shows. */
export interface Figure {
  id: string;
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

/** What a report says about one benchmark. */
export interface Section {
  title: string;
  question: string;
  /** The main table, which the terminal shows. */
  overview: Table | null;
  /** Further tables that the terminal shows, too; they stand before the others. */
  highlights: Table[];
  figures: Figure[];
  tables: Table[];
}

/** A whole report: its first benchmark, what holds for all of them, and the others. */
export interface ReportModel extends Section {
  status: string;
  reason: string | null;
  /** What must be known before the first number is read. */
  notes: string[];
  facts: Fact[];
  /** Sections of the benchmarks after the first. */
  further: Section[];
  refusals: { table: Table; lines: Evidence[] };
  digests: Table;
  skipped: Fact[];
  warnings: string[];
  repeat: { command: string; facts: Fact[]; images: Fact[] };
}
