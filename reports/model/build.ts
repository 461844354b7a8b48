/**
 * From a result to the model of its report. Pure: no file, no chart, no statistic.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { type BenchmarkId, findBenchmark } from '../../bench/registry.ts';
import { ARM_LABELS, type Arm, TWINS } from '../../bench/words.ts';
import type { EvaluatedClaim } from '../../harness/claims/evaluate.ts';
import type { Result, Summary } from '../../results/types.ts';
import { aaTable } from './aa.ts';
import { glanceOf } from './answer/glance.ts';
import { answerOfRun } from './answer/run.ts';
import { claimsTable } from './claims.ts';
import { medianTable, type NamedDiagnosis, outlierTable, varianceTable } from './diagnosis.ts';
import { EVENT_RIGHTS_NOTE } from './events.ts';
import { digestEvidence, refusalEvidence } from './evidence.ts';
import { GUEST_EVENTS_NOTE } from './guest-events.ts';
import { overviewTable } from './measures.ts';
import { observedOverview } from './observations.ts';
import { PRESENTERS } from './presenters.ts';
import { abstractOf } from './prose/abstract.ts';
import { citationsIn } from './prose/citations.ts';
import { findingsOf } from './prose/findings.ts';
import { methodOf } from './prose/method.ts';
import { threatsOf } from './prose/threats.ts';
import { protocolTable } from './protocols.ts';
import { clockTable, headFacts, repeatOf } from './provenance.ts';
import { type NamedSpread, sampleFigures } from './samples.ts';
import { REPORT_SCHEMA_VERSION, type ReportModel, type Section, type Table } from './types.ts';

function notesOf(summary: Summary): string[] {
  const { testbed, benchmarks, measures, broken = [] } = summary;
  const notes: string[] = [];
  for (const { benchmark, status: how, reason } of broken) {
    notes.push(
      `Benchmark ${benchmark} was not measured (${how}): its machine broke. The others were measured on machines of their own, from end to end. ${reason}`,
    );
  }
  if (measures.length === 0) return notes;
  if (testbed.kind === 'none') {
    notes.push('Nothing was booted: these figures were found on this machine.');
  } else if (!benchmarks.some((id) => findBenchmark(id)?.kind === 'samples')) {
    notes.push('These figures were found once and are exact: nothing was timed.');
  }
  if (benchmarks.includes('events')) notes.push(EVENT_RIGHTS_NOTE);
  if (benchmarks.includes('guest-events')) notes.push(GUEST_EVENTS_NOTE);
  return notes;
}

/** Whether an arm is another one measured again. */
function isTwin(arm: Arm): boolean {
  return Object.values(TWINS).includes(arm);
}

/** The part of a summary that is about one benchmark. */
function partOf(summary: Summary, { id, arms, furtherArms = [], states }: Benchmark): Summary {
  const own = <T extends { benchmark: string }>(list: readonly T[]) =>
    list.filter(({ benchmark }) => benchmark === id);
  return {
    ...summary,
    arms: summary.arms.filter((arm) => [...arms, ...furtherArms].includes(arm) || isTwin(arm)),
    states: summary.states.filter((state) => states.includes(state)),
    measures: own(summary.measures),
    ratios: own(summary.ratios),
    counts: own(summary.counts),
    held: own(summary.held),
    protocols: own(summary.protocols ?? []),
  };
}

function overviewOf(part: Summary, benchmark: Benchmark): Table {
  if (benchmark.kind === 'observations') return observedOverview(part, benchmark);
  return part.aa ? aaTable(part, benchmark) : overviewTable(part, benchmark);
}

/** What a section is about: the arms that were to be measured. */
function subjectOf({ aa, arms }: Summary, { furtherArms = [] }: Benchmark): string {
  if (aa) return 'A/A, each arm against itself';
  const [first, ...others] = arms;
  if (first !== undefined && others.length === 0) return `${ARM_LABELS[first]} alone`;
  return arms.some((arm) => furtherArms.includes(arm))
    ? arms.map((arm) => ARM_LABELS[arm]).join(' against ')
    : 'Dom0 against Mini-OS';
}

function sectionOf(result: Result, benchmark: Benchmark<BenchmarkId>): Section {
  const part = partOf(result.summary, benchmark);
  const measured = part.measures.length > 0;
  const protocols = protocolTable(part);
  const { figures, tables } = measured
    ? PRESENTERS[benchmark.id](part, benchmark, result)
    : { figures: [], tables: [] };
  return {
    id: benchmark.id,
    title: `${benchmark.title}: ${subjectOf(part, benchmark)}`,
    question: benchmark.question,
    findings: findingsOf(part, benchmark),
    overview: measured ? overviewOf(part, benchmark) : null,
    highlights: protocols === undefined ? [] : [protocols],
    figures: part.aa ? [] : figures,
    tables,
  };
}

/** A section that begins with its answer, which the first one has at the top of the report. */
function answered(section: Section, result: Result, benchmark: Benchmark<BenchmarkId>): Section {
  if (section.overview === null) return section;
  const { answer } = answerOfRun(result, [benchmark]);
  return { ...section, findings: [answer, ...section.findings] };
}

/** The report of a result about these benchmarks, without what is known of its samples and claims. */
export function buildReport(
  result: Result,
  benchmark: Benchmark<BenchmarkId>,
  ...others: readonly Benchmark<BenchmarkId>[]
): ReportModel {
  const { summary, manifest } = result;
  const first = sectionOf(result, benchmark);
  return {
    ...first,
    schemaVersion: REPORT_SCHEMA_VERSION,
    kind: 'run',
    results: [manifest.id],
    date: manifest.startedAt,
    status: summary.status,
    reason: summary.reason,
    answer: answerOfRun(result, [benchmark, ...others]),
    notes: notesOf(summary),
    abstract: abstractOf(result),
    glance: glanceOf(result.summary, [benchmark, ...others]),
    facts: headFacts(result),
    method: methodOf(result),
    tables: summary.measures.length > 0 ? [...first.tables, clockTable(result)] : [],
    further: others.map((other) => answered(sectionOf(result, other), result, other)),
    claims: null,
    refusals: refusalEvidence(summary),
    digests: digestEvidence(result),
    skipped: summary.skipped.map(({ what, reason }) => ({ label: what, value: reason })),
    warnings: summary.warnings,
    threats: threatsOf(result, []),
    repeat: repeatOf(result),
    citations: citationsIn([
      ...methodOf(result),
      ...threatsOf(result, []).map(({ value }) => value),
    ]),
  };
}

/** What is known of a result besides its summary: its claims, and its samples. */
export interface SampleEvidence {
  claims: readonly EvaluatedClaim[];
  diagnoses: readonly NamedDiagnosis[];
  spreads: readonly NamedSpread[];
}

/** Adds the figures of a section's samples after its own. */
function withSamples<S extends Section>(section: S, { spreads }: SampleEvidence): S {
  return { ...section, figures: [...section.figures, ...sampleFigures(spreads, section.id)] };
}

/** The report with what is known of the result's samples and claims. */
export function addEvidence(
  model: ReportModel,
  result: Result,
  evidence: SampleEvidence,
): ReportModel {
  const { claims, diagnoses } = evidence;
  const threats = threatsOf(result, diagnoses);
  const diagnosed =
    diagnoses.length === 0
      ? []
      : [medianTable(diagnoses), varianceTable(diagnoses), outlierTable(diagnoses)];
  return {
    ...withSamples(model, evidence),
    further: model.further.map((section) => withSamples(section, evidence)),
    claims: claims.length === 0 ? null : claimsTable(claims),
    tables: [...model.tables, ...diagnosed],
    threats,
    citations: citationsIn([...model.method, ...threats.map(({ value }) => value)]),
  };
}
