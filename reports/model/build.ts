/**
 * From a result to the model of its report. Pure: no file, no chart, no statistic.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import type { Result, Summary } from '../../results/types.ts';
import { digestTable, refusalEvidence } from './evidence.ts';
import { figuresOf } from './figures.ts';
import {
  countTable,
  distributionTable,
  overviewTable,
  phaseTable,
  stateTable,
} from './measures.ts';
import { clockTable, headFacts, repeatOf } from './provenance.ts';
import type { ReportModel } from './types.ts';

function notesOf({ testbed, status }: Summary): string[] {
  const notes: string[] = [];
  if (testbed.clock === 'counted') {
    notes.push(
      'These figures are instructions that the emulated machine executed, Xen included. They are not time: no cache, TLB or VM-exit cost is modelled. They serve like-for-like ratios and regression gates; a claim in microseconds needs a real host.',
    );
  } else if (testbed.emulated) {
    notes.push(
      'This machine was emulated and its clock ran with the emulation: ticks say nothing about the time that real hardware takes.',
    );
  }
  if (status === 'failure') notes.push('What was measured is wrong, so no figures are given.');
  return notes;
}

/** The report of a result about this benchmark. */
export function buildReport(result: Result, benchmark: Benchmark): ReportModel {
  const { summary } = result;
  const measured = summary.measures.length > 0;
  return {
    title: `${benchmark.title}: Dom0 against Mini-OS`,
    question: benchmark.question,
    status: summary.status,
    reason: summary.reason,
    notes: notesOf(summary),
    facts: headFacts(result),
    overview: measured ? overviewTable(summary, benchmark) : null,
    figures: figuresOf(benchmark, summary),
    tables: measured
      ? [
          stateTable(summary),
          distributionTable(summary),
          phaseTable(summary, benchmark),
          countTable(summary),
          clockTable(result),
        ]
      : [],
    refusals: refusalEvidence(summary),
    digests: digestTable(summary),
    skipped: summary.skipped.map(({ what, reason }) => ({ label: what, value: reason })),
    warnings: summary.warnings,
    repeat: repeatOf(result),
  };
}
