/**
 * A run that is kept on disk while it lasts, in a folder beside the results: its plan, every batch as
 * it came, and what was known. After an interruption it goes on from there; a job of events that was
 * not yet over is measured again, since its counts are checked at its end.
 */
import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { EventState, PageState } from '../../bench/words.ts';
import type { Chronicle } from '../../harness/campaign/chronicle.ts';
import type { RawRunOptions } from '../../harness/plan/options.ts';
import { type Creation, type PlannedJob, sameCreation } from '../../harness/plan/plan.ts';
import { isSampled, type SampledPlan, type Suite } from '../../harness/plan/suite.ts';
import { eventCountOf } from '../../harness/run/events/counts.ts';
import type { RecordedObservations } from '../../harness/run/observation.ts';
import type { RunFacts } from '../../harness/run/outcome.ts';
import type {
  RecordedBatch,
  RecordedEvents,
  RecordedEventTotals,
  Recorder,
} from '../../harness/run/recorder.ts';
import type { Lock } from '../../infra/cache/lock.ts';
import { UserError } from '../../infra/errors.ts';
import { makeFolder } from '../../infra/files/make-folder.ts';
import { resultId } from '../store/id.ts';
import {
  type BeginEntry,
  decodeTicks,
  type Entry,
  type EventsEntry,
  encodeTicks,
  JOURNAL_VERSION,
  type KeptFacts,
} from './entries.ts';
import { Journal } from './journal.ts';
import { CAMPAIGN_PREFIX, campaignFolder, lockCampaign } from './leftover.ts';
import { type FinishedPart, factsOf, type LifeBefore, Past, type RecordedCounts } from './past.ts';

const FILE = 'journal.jsonl';

/** SHA-256 of plans. */
function hashOfPlan(suite: Suite): string {
  return createHash('sha256').update(JSON.stringify(suite)).digest('hex');
}

/** The field of an entry that is about one of several machines. */
function ofMachine(machine: string | undefined): { machine?: string } {
  return machine === undefined ? {} : { machine };
}

function isNot(folder: string, why: string): UserError {
  return new UserError(`${folder} is no unfinished run: ${why}.`, {
    kind: 'usage',
    advice: `Give a folder ${CAMPAIGN_PREFIX}… beside the results, as an interrupted run names it.`,
  });
}

/** An unfinished run on disk. */
export class Campaign implements Chronicle, Recorder {
  readonly folder: string;
  /** What the user asked for. */
  readonly options: RawRunOptions;
  /** Name of the result that it becomes. */
  readonly id: string;
  readonly startedAt: Date;
  readonly #plan: string;
  readonly #journal: Journal;
  readonly #lock: Lock;
  readonly #finished: FinishedPart[];
  readonly #recorded: RecordedCounts;
  readonly #before: LifeBefore[];
  #lives: number;
  /** What was last written of the life at hand, by machine. */
  readonly #lastFacts = new Map<string | undefined, string>();
  readonly #lastConsoles = new Map<string | undefined, string>();

  private constructor(folder: string, begin: BeginEntry, journal: Journal, held: Lock, past: Past) {
    this.folder = folder;
    this.options = begin.options;
    this.id = begin.id;
    this.startedAt = new Date(begin.startedAt);
    this.#plan = begin.plan;
    this.#journal = journal;
    this.#lock = held;
    this.#finished = past.finished;
    this.#recorded = past.recorded;
    this.#before = past.lives;
    this.#lives = past.lives.length;
  }

  /**
   * Begins a campaign beside the results.
   * @param id name of the result that it becomes, when that is chosen already
   * @throws UserError when it cannot be written to
   */
  static async create(
    runs: string,
    options: RawRunOptions,
    suite: Suite,
    startedAt = new Date(),
    id = resultId(startedAt),
  ): Promise<Campaign> {
    const folder = campaignFolder(runs, id);
    try {
      await makeFolder(folder);
      const held = await take(folder);
      const journal = await Journal.create(join(folder, FILE));
      const begin: BeginEntry = {
        kind: 'campaign',
        version: JOURNAL_VERSION,
        id,
        startedAt: startedAt.toISOString(),
        options,
        plan: hashOfPlan(suite),
      };
      await journal.append(begin);
      return new Campaign(folder, begin, journal, held, new Past());
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`Cannot write results to ${runs}: ${(error as Error).message}`, {
        advice: 'Give another folder with --out.',
        cause: error,
      });
    }
  }

  /**
   * Opens a campaign to go on with it.
   * @throws UserError for a folder that is none, that another process has, or that was changed
   */
  static async open(path: string): Promise<Campaign> {
    const folder = resolve(path);
    const file = join(folder, FILE);
    if ((await stat(file).catch(() => undefined)) === undefined) {
      throw isNot(folder, `it has no ${FILE}`);
    }
    const held = await take(folder);
    try {
      const past = new Past();
      const journal = await Journal.open(file, (entry) => past.add(entry as Entry));
      if (past.begin === undefined) {
        await journal.close();
        throw isNot(folder, `its ${FILE} was cut before anything was measured`);
      }
      return new Campaign(folder, past.begin, journal, held, past);
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /** @throws UserError when these are not the plans that the campaign was begun with */
  demandPlan(suite: Suite): void {
    if (hashOfPlan(suite) === this.#plan) return;
    throw new UserError(
      `${this.folder} was begun by a version of this program that plans otherwise.`,
      { advice: 'Go on with that version, or begin a new run.' },
    );
  }

  /** Folder of results that it stands in. */
  get runs(): string {
    return dirname(this.folder);
  }

  /** Whether anything was measured. */
  get isEmpty(): boolean {
    return this.#recorded.isEmpty;
  }

  get facts(): RunFacts[] {
    return this.#before.flatMap(factsOf);
  }

  recorded(benchmark: string, order: number): number {
    return this.#recorded.of(benchmark, order);
  }

  isFinished(creation: Creation, machine?: string): boolean {
    return this.#finished.some(
      (other) => sameCreation(other.creation, creation) && other.machine === machine,
    );
  }

  async begin(machines: readonly string[]): Promise<number> {
    await this.#write({
      kind: 'life',
      ...(machines.length === 0 ? {} : { machines: [...machines] }),
    });
    this.#lastFacts.clear();
    this.#lastConsoles.clear();
    return this.#lives++;
  }

  async note({ events: _counted, consoles, region, ...rest }: RunFacts): Promise<void> {
    const facts: KeptFacts = { ...rest };
    if (region !== undefined) {
      const { base, pages, pageSize, batch, kind } = region;
      facts.region = {
        ...{ base: `0x${base.toString(16)}`, pages, pageSize, batch },
        ...(kind === undefined ? {} : { kind }),
      };
    }
    const { machine } = facts;
    const text = JSON.stringify(facts);
    if (text !== this.#lastFacts.get(machine)) await this.#write({ kind: 'facts', facts });
    this.#lastFacts.set(machine, text);
    const words = JSON.stringify(consoles);
    if (words !== this.#lastConsoles.get(machine)) {
      await this.#write({ kind: 'consoles', ...ofMachine(machine), consoles });
    }
    this.#lastConsoles.set(machine, words);
  }

  async finish(creation: Creation, machine?: string): Promise<void> {
    const part = { ...ofMachine(machine), creation };
    await this.#write({ kind: 'finished', ...part });
    this.#finished.push(part);
  }

  async record({ boot, domain, job, batch, samples }: RecordedBatch): Promise<void> {
    const ticks = encodeTicks(samples.ticks);
    await this.#write({ kind: 'pages', boot, domain, order: job.order, batch, ticks });
    this.#recorded.add('page-walk', job.order, 1);
  }

  async recordEvents({ boot, domain, job, batch, samples }: RecordedEvents): Promise<void> {
    const ticks = encodeTicks(samples.ticks);
    await this.#write({ kind: 'events', boot, domain, order: job.order, batch, ticks });
  }

  async recordEventTotals({
    boot,
    domain,
    benchmark,
    job,
    asked,
    totals,
  }: RecordedEventTotals): Promise<void> {
    const counts = eventCountOf(benchmark, job, asked, totals);
    const { order } = job;
    await this.#write({ kind: 'totals', boot, domain, order, asked, totals, counts });
    this.#recorded.add(benchmark, job.order, Number.POSITIVE_INFINITY);
  }

  async recordObservations(recorded: RecordedObservations): Promise<void> {
    await this.#write({ kind: 'observations', ...recorded });
    this.#recorded.add(recorded.benchmark, recorded.order, Number.POSITIVE_INFINITY);
  }

  /** Hands over everything that was recorded, in its order. */
  async replay(suite: Suite, recorder: Recorder): Promise<void> {
    const plans = new Map<string, SampledPlan>(
      suite.filter(isSampled).map((plan) => [plan.benchmark, plan]),
    );
    const jobOf = <S>(benchmark: string, order: number) =>
      plans.get(benchmark)?.jobs.at(order) as PlannedJob & { state: S };
    let unchecked: EventsEntry[] = [];
    for await (const entry of this.#journal.entries() as AsyncIterable<Entry>) {
      if (entry.kind === 'life') unchecked = [];
      else if (entry.kind === 'events') unchecked.push(entry);
      else if (entry.kind === 'observations') {
        const { kind: _kind, ...recorded } = entry;
        await recorder.recordObservations(recorded);
      } else if (entry.kind === 'pages') {
        const { boot, domain, order, batch } = entry;
        const ticks = decodeTicks(entry.ticks);
        const samples = { type: 'S' as const, pages: batch.pages, ticks };
        const job = jobOf<PageState>('page-walk', order);
        await recorder.record({ boot, domain, job, batch, samples });
      } else if (entry.kind === 'totals') {
        const { boot, domain, order, asked, totals, counts } = entry;
        const { benchmark } = counts;
        const job = jobOf<EventState>(benchmark, order);
        for (const { batch, ticks } of unchecked.filter((other) => other.order === order)) {
          const samples = { type: 'T' as const, count: batch.count, ticks: decodeTicks(ticks) };
          await recorder.recordEvents({ boot, domain, job, batch, samples });
        }
        unchecked = [];
        await recorder.recordEventTotals({ boot, domain, benchmark, job, asked, totals });
      }
    }
  }

  /** Lets go of it; it stays on disk. */
  async close(): Promise<void> {
    await this.#journal.close();
    await this.#lock.release();
  }

  /** Removes it. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #write(entry: Entry): Promise<void> {
    try {
      await this.#journal.append(entry);
    } catch (error) {
      throw new UserError(`Cannot write to ${this.folder}: ${(error as Error).message}`, {
        advice: 'Make room, and go on with --resume.',
        cause: error,
      });
    }
  }
}

/** The campaign on disk that becomes this result. @returns its folder; undefined when there is none */
export async function begunCampaign(runs: string, id: string): Promise<string | undefined> {
  const folder = campaignFolder(runs, id);
  const journal = await stat(join(folder, FILE)).catch(() => undefined);
  return journal === undefined ? undefined : folder;
}

/** The lock of a campaign. @throws UserError when another process has it */
async function take(folder: string): Promise<Lock> {
  const held = await lockCampaign(folder);
  if (held !== undefined) return held;
  throw new UserError(`${folder} is being run by another process.`, {
    advice: 'Wait for it, or end it and go on with --resume.',
  });
}
