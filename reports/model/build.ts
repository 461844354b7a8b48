/**
 * From a result to the model of its report. Pure: no file, no chart, no statistic.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import type { BenchmarkId } from '../../bench/registry.ts';
import { type Arm, TWINS } from '../../bench/words.ts';
import type { Result, Summary } from '../../results/types.ts';
import { AA_NOTE, aaTable } from './aa.ts';
import { EVENT_RIGHTS_NOTE, eventCountTable, eventPhaseTable } from './events.ts';
import { digestTable, refusalEvidence } from './evidence.ts';
import { figuresOf } from './figures.ts';
import {
  countTable,
  distributionTable,
  overviewTable,
  phaseTable,
  stateTable,
} from './measures.ts';
import { observedOverview, observedPhaseTable } from './observations.ts';
import { protocolTable } from './protocols.ts';
import { clockTable, headFacts, repeatOf } from './provenance.ts';
import type { ReportModel, Section, Table } from './types.ts';

function notesOf({ testbed, status, benchmarks, aa = false }: Summary): string[] {
  const notes: string[] = aa ? [AA_NOTE] : [];
  if (testbed.kind === 'none') {
    notes.push('Nothing was booted: these figures were found on this machine.');
  } else if (testbed.clock === 'counted') {
    notes.push(
      'These figures are instructions that the emulated machine executed, Xen included. They are not time: no cache, TLB or VM-exit cost is modelled. They serve like-for-like ratios and regression gates; a claim in microseconds needs a real host.',
    );
  } else if (testbed.emulated) {
    notes.push(
      'This machine was emulated and its clock ran with the emulation: ticks say nothing about the time that real hardware takes.',
    );
  }
  if (benchmarks.includes('events')) notes.push(EVENT_RIGHTS_NOTE);
  if (status === 'failure') notes.push('What was measured is wrong, so no figures are given.');
  return notes;
}

/** Whether an arm is another one measured again. */
function isTwin(arm: Arm): boolean {
  return Object.values(TWINS).includes(arm);
}

/** The part of a summary that is about one benchmark. */
function partOf(summary: Summary, { id, arms, states }: Benchmark): Summary {
  const own = <T extends { benchmark: string }>(list: readonly T[]) =>
    list.filter(({ benchmark }) => benchmark === id);
  return {
    ...summary,
    arms: summary.arms.filter((arm) => arms.includes(arm) || isTwin(arm)),
    states: summary.states.filter((state) => states.includes(state)),
    measures: own(summary.measures),
    ratios: own(summary.ratios),
    counts: own(summary.counts),
    held: own(summary.held),
    protocols: own(summary.protocols ?? []),
  };
}

/** Tables of each benchmark, after its figures. */
const TABLES: Readonly<Record<BenchmarkId, (part: Summary, benchmark: Benchmark) => Table[]>> = {
  events: (part, benchmark) => [
    stateTable(part, benchmark, 'kinds-meaning'),
    distributionTable(part, benchmark, 'event-distribution'),
    eventPhaseTable(part, benchmark),
    eventCountTable(part),
  ],
  'page-walk': (part, benchmark) => [
    stateTable(part, benchmark),
    distributionTable(part, benchmark),
    phaseTable(part, benchmark),
    countTable(part),
  ],
  'code-size': (part, benchmark) => [
    stateTable(part, benchmark, 'code-meaning'),
    observedPhaseTable(part, benchmark),
  ],
  boot: (part, benchmark) => [observedPhaseTable(part, benchmark)],
  footprint: (part, benchmark) => [stateTable(part, benchmark, 'footprint-meaning')],
  density: (part, benchmark) => [observedPhaseTable(part, benchmark)],
};

function overviewOf(part: Summary, benchmark: Benchmark): Table {
  if (benchmark.kind === 'observations') return observedOverview(part, benchmark);
  return part.aa ? aaTable(part, benchmark) : overviewTable(part, benchmark);
}

function sectionOf(summary: Summary, benchmark: Benchmark<BenchmarkId>): Section {
  const part = partOf(summary, benchmark);
  const measured = part.measures.length > 0;
  const protocols = protocolTable(part);
  return {
    title: `${benchmark.title}: ${part.aa ? 'A/A, each arm against itself' : 'Dom0 against Mini-OS'}`,
    question: benchmark.question,
    overview: measured ? overviewOf(part, benchmark) : null,
    highlights: protocols === undefined ? [] : [protocols],
    figures: part.aa ? [] : figuresOf(benchmark, part),
    tables: measured ? TABLES[benchmark.id](part, benchmark) : [],
  };
}

/** The report of a result about these benchmarks. */
export function buildReport(
  result: Result,
  benchmark: Benchmark<BenchmarkId>,
  ...others: readonly Benchmark<BenchmarkId>[]
): ReportModel {
  const { summary } = result;
  const first = sectionOf(summary, benchmark);
  return {
    ...first,
    status: summary.status,
    reason: summary.reason,
    notes: notesOf(summary),
    facts: headFacts(result),
    tables: summary.measures.length > 0 ? [...first.tables, clockTable(result)] : [],
    further: others.map((other) => sectionOf(summary, other)),
    refusals: refusalEvidence(summary),
    digests: digestTable(summary),
    skipped: summary.skipped.map(({ what, reason }) => ({ label: what, value: reason })),
    warnings: summary.warnings,
    repeat: repeatOf(result),
  };
}
