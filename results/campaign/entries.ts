/**
 * Entries of a campaign's journal: what is measured and what is known, as it comes.
 */
import type { RawRunOptions } from '../../harness/plan/options.ts';
import type { Creation } from '../../harness/plan/plan.ts';
import type { Batch, EventBatch, EventTotals } from '../../harness/protocol/records.ts';
import type { RecordedObservations } from '../../harness/run/observation.ts';
import type { EventCount, RunFacts, TargetRegion } from '../../harness/run/outcome.ts';

/** Version of the journal. Another one is not read. */
export const JOURNAL_VERSION = 1;

/** The first entry: what is run. */
export interface BeginEntry {
  kind: 'campaign';
  version: typeof JOURNAL_VERSION;
  /** Name of the result that it will be. */
  id: string;
  startedAt: string;
  options: RawRunOptions;
  /** SHA-256 of the plans. */
  plan: string;
}

/** A life of the testbed begins. */
export interface LifeEntry {
  kind: 'life';
  /** Names of its machines, when there are several. */
  machines?: string[];
}

/** Where samples were taken, for the job of that order. */
type Taken = Creation & { order: number };

/** A batch of pages. `ticks`: little-endian 32-bit words, in base64. */
export interface PagesEntry extends Taken {
  kind: 'pages';
  batch: Batch;
  ticks: string;
}

/** A batch of events. */
export interface EventsEntry extends Taken {
  kind: 'events';
  batch: EventBatch;
  ticks: string;
}

/** What a job of events counted. Its batches count from here on: before, none of them was checked. */
export interface TotalsEntry extends Taken {
  kind: 'totals';
  asked: number;
  totals: EventTotals;
  counts: EventCount;
}

/** What a benchmark found out in a creation. */
export interface ObservationsEntry extends RecordedObservations {
  kind: 'observations';
}

/** Facts of a life, without counts of events (they are in `totals`) and consoles. */
export type KeptFacts = Omit<RunFacts, 'events' | 'consoles' | 'region'> & {
  region?: { base: string } & Pick<TargetRegion, 'pages' | 'pageSize' | 'batch' | 'kind'>;
};

/** What is known of the life at hand; the last one counts, of each machine. */
export interface FactsEntry {
  kind: 'facts';
  facts: KeptFacts;
}

/** Consoles of the life at hand; the last entry counts, of each machine. */
export interface ConsolesEntry {
  kind: 'consoles';
  machine?: string;
  consoles: Record<string, string>;
}

/** A creation of the plan was measured whole, on the machine where there are several. */
export interface FinishedEntry {
  kind: 'finished';
  machine?: string;
  creation: Creation;
}

/** Any entry. */
export type Entry =
  | BeginEntry
  | LifeEntry
  | PagesEntry
  | EventsEntry
  | TotalsEntry
  | ObservationsEntry
  | FactsEntry
  | ConsolesEntry
  | FinishedEntry;

/** Words as text. */
export function encodeTicks(ticks: Uint32Array): string {
  const bytes = Buffer.alloc(ticks.length * 4);
  ticks.forEach((word, i) => {
    bytes.writeUInt32LE(word, i * 4);
  });
  return bytes.toString('base64');
}

/** The same words again. */
export function decodeTicks(text: string): Uint32Array {
  const bytes = Buffer.from(text, 'base64');
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
}
