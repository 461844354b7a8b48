/**
 * Writes a result: into a folder of its own beside the results, renamed when it is whole. What is
 * not whole is never a result.
 */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BenchmarkId } from '../../bench/registry.ts';
import type { Arm, EventState, PageState } from '../../bench/words.ts';
import type { AnalysedBatch, SampleGroup } from '../../harness/analyse/analyse.ts';
import type { EventBatchData, EventGroup, EventRate } from '../../harness/analyse/event-groups.ts';
import type { SampleSource } from '../../harness/analyse/suite.ts';
import type { Creation } from '../../harness/plan/plan.ts';
import type { EventBatch } from '../../harness/protocol/records.ts';
import type { PlacedObservation, RecordedObservations } from '../../harness/run/observation.ts';
import type {
  RecordedBatch,
  RecordedEvents,
  RecordedEventTotals,
  Recorder,
} from '../../harness/run/recorder.ts';
import { UserError } from '../../infra/errors.ts';
import { type Checked, checkManifest, checkSummary } from '../schema/validate.ts';
import type { FileEntry, Manifest, Summary } from '../types.ts';
import { BATCHES, batchRow, SAMPLES, sampleRows } from './columns.ts';
import {
  EVENT_JOBS,
  EVENT_OTHERS,
  EVENTS,
  eventJobRow,
  eventRows,
  GUEST_EVENTS,
} from './event-columns.ts';
import { writeHashed } from './files.ts';
import { OBSERVATIONS, observationRows } from './observation-columns.ts';
import { PartialResult } from './partial.ts';
import { Spool } from './spool.ts';
import type { CsvTable } from './table.ts';
import { Tables } from './tables.ts';

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function demand<T>(name: string, checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  throw new Error(`${name} would not fit its schema: ${checked.reasons.join('; ')}`);
}

/** Tables of the benchmarks that take samples, in the order in which a result lists them. */
const TABLES: Readonly<Partial<Record<BenchmarkId, readonly string[]>>> = {
  'page-walk': [BATCHES.name, SAMPLES.name],
  events: [EVENTS.name, EVENT_OTHERS.name, EVENT_JOBS.name],
  'guest-events': [GUEST_EVENTS.name, EVENT_JOBS.name],
};

const ALL_TABLES = [...new Set([...Object.values(TABLES).flat(), OBSERVATIONS.name])];

/** Where something was measured, as the analysis counts it. */
function placeOf({ boot, domain }: Creation): { boot: number; domain: string } {
  return { boot, domain: `${domain}` };
}

/** The table of a batch of events. */
function tableOf({ work, listened }: EventBatch): CsvTable {
  if (listened) return GUEST_EVENTS;
  return work ? EVENT_OTHERS : EVENTS;
}

/** A result that is being written. */
export class ResultWriter implements Recorder, SampleSource {
  readonly id: string;
  readonly #runs: string;
  readonly #partial: PartialResult;
  readonly #tables: Tables;
  readonly #pages: Spool<PageState, Omit<AnalysedBatch, 'ticks'>>;
  readonly #events: Spool<EventState, Omit<EventBatchData, 'ticks'>>;
  #observations: RecordedObservations[] = [];
  readonly #rates: ({ arm: Arm; state: EventState } & EventRate)[] = [];

  private constructor(runs: string, id: string, partial: PartialResult) {
    this.id = id;
    this.#runs = runs;
    this.#partial = partial;
    this.#tables = new Tables(partial.folder);
    this.#pages = new Spool(join(partial.folder, 'spool-pages'));
    this.#events = new Spool(join(partial.folder, 'spool-events'));
  }

  /**
   * Begins a result below the folder of results, which is made when there is none.
   * @param id its name, as resultId() makes them
   * @throws UserError when it cannot be written to
   */
  static async create(runs: string, id: string): Promise<ResultWriter> {
    try {
      return new ResultWriter(runs, id, await PartialResult.begin(runs, id));
    } catch (error) {
      throw new UserError(`Cannot write results to ${runs}: ${(error as Error).message}`, {
        advice: 'Give another folder with --out.',
        cause: error,
      });
    }
  }

  /** Writes a batch to both tables of pages. @throws UserError when the disk does not take it */
  async record(recorded: RecordedBatch): Promise<void> {
    const { job, batch, samples } = recorded;
    await this.#write(async () => {
      await this.#tables.row(BATCHES, batchRow(recorded));
      for (const row of sampleRows(recorded)) {
        await this.#tables.row(SAMPLES, row);
      }
      if (batch.warmup) return;
      const { pages, open, close, maps, unmaps, hypercalls, syscalls, hits } = batch;
      const counts = { maps, unmaps, hypercalls, syscalls, hits };
      const where = placeOf(recorded);
      const entry = { ...where, block: job.block, pages, open, close, counts };
      await this.#pages.add(job.arm, job.state, samples.ticks, entry);
    });
  }

  /** Writes a batch of events. @throws UserError when the disk does not take it */
  async recordEvents(recorded: RecordedEvents): Promise<void> {
    const { job, batch, samples } = recorded;
    await this.#write(async () => {
      const { monitored, work } = batch;
      const table = tableOf(batch);
      for (const row of eventRows(recorded)) await this.#tables.row(table, row);
      const entry = { ...placeOf(recorded), block: job.block, monitored, work };
      await this.#events.add(job.arm, job.state, samples.ticks, entry);
    });
  }

  /** Writes what a job of events counted. @throws UserError when the disk does not take it */
  async recordEventTotals(recorded: RecordedEventTotals): Promise<void> {
    const { job, totals } = recorded;
    await this.#write(() => this.#tables.row(EVENT_JOBS, eventJobRow(recorded)));
    const { elapsed, events } = totals;
    const { arm, state, block } = job;
    this.#rates.push({ arm, state, ...placeOf(recorded), block, elapsed, events });
  }

  /** Keeps what a benchmark found out. It is written at the end: benchmarks share its table. */
  async recordObservations(recorded: RecordedObservations): Promise<void> {
    this.#observations.push(recorded);
  }

  /** Ends the tables of a benchmark that was measured whole: from now on they can be read. */
  async settle(benchmark: BenchmarkId): Promise<void> {
    for (const name of TABLES[benchmark] ?? []) await this.#tables.settle(name);
  }

  /** Folder in which the tables stand until the result is whole. */
  get folder(): string {
    return this.#partial.folder;
  }

  /** Forgets all of a benchmark that was not measured to its end. */
  async forget(benchmark: BenchmarkId): Promise<void> {
    for (const name of TABLES[benchmark] ?? []) await this.#tables.remove(name);
    this.#observations = this.#observations.filter((recorded) => recorded.benchmark !== benchmark);
  }

  /** Writes what was found out: creation by creation, in each in the order of the benchmarks. */
  async #writeObservations(benchmarks: readonly string[]): Promise<void> {
    const place = ({ benchmark }: RecordedObservations) => benchmarks.indexOf(benchmark);
    const all = [...this.#observations];
    all.sort((a, b) => a.order - b.order || place(a) - place(b));
    await this.#write(async () => {
      for (const recorded of all) {
        for (const row of observationRows(recorded)) {
          await this.#tables.row(OBSERVATIONS, row);
        }
      }
    });
  }

  async #write(writing: () => Promise<void>): Promise<void> {
    try {
      await writing();
    } catch (error) {
      const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
      throw new UserError(
        full
          ? `The disk of ${this.#runs} is full.`
          : `Cannot write results to ${this.#runs}: ${(error as Error).message}`,
        { advice: 'Make room, or give another folder with --out.', cause: error },
      );
    }
  }

  /** Recorded pages by arm and state, for the analysis; warm-up is left out. */
  groups<S extends PageState>(arms: readonly Arm[], states: readonly S[]): SampleGroup<S>[] {
    return this.#pages.groups(arms, states);
  }

  /** Recorded events by arm and state, for the analysis. */
  eventGroups(arms: readonly Arm[], states: readonly EventState[]): EventGroup[] {
    return this.#events.groups(arms, states).map((group) => ({
      ...group,
      rates: this.#rates.filter(({ arm, state }) => arm === group.arm && state === group.state),
    }));
  }

  /** What a benchmark found out, in all creations. */
  observations(benchmark: string): PlacedObservation[] {
    return this.#observations
      .filter((recorded) => recorded.benchmark === benchmark)
      .flatMap((recorded) =>
        recorded.observations.map((fact) => ({ ...fact, ...placeOf(recorded) })),
      );
  }

  /**
   * Ends the result: checks both documents against their schemas, writes them, and gives the
   * folder its name.
   * @param consoles texts by name, kept compressed
   * @returns the folder
   */
  async finish(
    summary: Summary,
    manifest: Omit<Manifest, 'files' | 'id'>,
    consoles: Readonly<Record<string, string>>,
  ): Promise<string> {
    await this.#writeObservations(summary.benchmarks);
    const files: Record<string, FileEntry> = await this.#tables.end(ALL_TABLES);
    await this.#removeSpools();
    for (const [name, text] of Object.entries(consoles)) {
      const file = `console-${name}.log.gz`;
      files[file] = await writeHashed(this.folder, file, gzipSync(text));
    }
    const checked = demand('summary.json', checkSummary(summary));
    files['summary.json'] = await writeHashed(this.folder, 'summary.json', json(checked));
    const whole = demand('manifest.json', checkManifest({ ...manifest, id: this.id, files }));
    await writeHashed(this.folder, 'manifest.json', json(whole));
    return this.#partial.finish();
  }

  /** Gives the result up and leaves nothing of it. */
  async discard(): Promise<void> {
    await this.#tables.abandon();
    await this.#removeSpools();
    await this.#partial.discard();
  }

  async #removeSpools(): Promise<void> {
    await this.#pages.remove();
    await this.#events.remove();
  }
}
