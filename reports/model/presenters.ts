/**
 * What each benchmark shows of itself: one entry a benchmark. Those whose figures are data
 * (bench/benchmark.ts) take `figuresOf`; others make their own.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import type { BenchmarkId } from '../../bench/registry.ts';
import type { Result, Summary } from '../../results/types.ts';
import { anatomyFigures, entryTable } from './anatomy.ts';
import { presentBoot } from './boot.ts';
import { presentCodeSize } from './code-size.ts';
import { presentDensity } from './density.ts';
import { eventCountTable, eventPhaseTable, othersTable, steadinessTable } from './events.ts';
import { figuresOf } from './figures.ts';
import { presentFootprint } from './footprint.ts';
import { presentGuestEvents } from './guest-events.ts';
import { countTable, distributionTable, stateTable } from './measures.ts';
import { phaseFigures } from './phases.ts';
import type { Figure, Table } from './types.ts';

/** Figures and tables of a benchmark, in the order in which they stand. */
export interface Presented {
  figures: Figure[];
  tables: Table[];
}

/**
 * Presents a benchmark.
 * @param part the summary with this benchmark's entries alone
 * @param result the whole result, for what stands in the manifest
 */
export type Presenter = (part: Summary, benchmark: Benchmark, result: Result) => Presented;

/** Every benchmark's. */
export const PRESENTERS: Readonly<Record<BenchmarkId, Presenter>> = {
  anatomy: (part, benchmark) => ({
    figures: anatomyFigures(part),
    tables: [stateTable(part, benchmark, 'anatomy-states'), entryTable(part)],
  }),
  events: (part, benchmark) => ({
    figures: figuresOf(benchmark, part),
    tables: [
      stateTable(part, benchmark, 'kinds-meaning'),
      distributionTable(part, benchmark, 'event-distribution'),
      eventPhaseTable(part, benchmark),
      ...othersTable(part),
      ...steadinessTable(part),
      eventCountTable(part),
    ],
  }),
  'guest-events': presentGuestEvents,
  'page-walk': (part, benchmark) => ({
    figures: [...figuresOf(benchmark, part), ...phaseFigures(part, benchmark)],
    tables: [stateTable(part, benchmark), distributionTable(part, benchmark), countTable(part)],
  }),
  'code-size': presentCodeSize,
  boot: presentBoot,
  footprint: presentFootprint,
  density: presentDensity,
};
