/**
 * Is an answer the answer to the question? Pure checks of what an introspector reported.
 */
import {
  batchesOf,
  type PageWalkPlan,
  type Passes,
  pagesOfBatch,
} from '../../plan/page-walk/plan.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Batch, Hello, ProtocolRecord, Samples, Stamps } from '../../protocol/records.ts';
import type { TargetRegion } from '../outcome.ts';
import { wrongAnswer } from '../wrong.ts';

/**
 * Checks a batch against what was asked and against the target's own digest.
 * @param passes what was asked for
 * @param index number of the batch in that, warm-up included, from 0
 * @throws UserError `failure` for wrong bytes or depth; ProtocolError for a batch out of place
 */
export function checkBatch(
  { depth }: Pick<PageWalkPlan, 'depth'>,
  passes: Passes,
  job: Pick<PlannedJob, 'arm' | 'state'>,
  region: TargetRegion,
  index: number,
  batch: Batch,
  samples: Samples,
): void {
  const each = Math.ceil(passes.pages / passes.batch);
  const pass = Math.floor(index / each);
  const place = index % each;
  const first = place * passes.batch;
  const pages = pagesOfBatch(passes, place);
  const warmup = pass < passes.warmup;
  const where = `${job.arm}, ${job.state}, pass ${pass}, pages ${first} to ${first + pages - 1}`;
  if (
    batch.first !== first ||
    batch.pages !== pages ||
    batch.warmup !== warmup ||
    batch.state !== job.state
  ) {
    throw new ProtocolError(
      'unexpected',
      `${where}: the introspector reports ${batch.pages} pages from ${batch.first} in state ${batch.state}${batch.warmup ? ' (warm-up)' : ''} instead.`,
    );
  }
  if (samples.pages !== pages) {
    throw new ProtocolError('unexpected', `${where}: ${samples.pages} samples for ${pages} pages.`);
  }
  if (batch.depth !== depth) {
    throw wrongAnswer(`${where}: the walks read ${batch.depth} levels, not ${depth}.`);
  }
  const expected = region.digests.get(first)?.digest;
  if (batch.digest !== expected && region.isStranger) {
    throw wrongAnswer(
      `${where}: other bytes than at first (digest ${batch.digest}, then ${expected}). The guest changed them while it ran, or an introspector read wrong ones: with --allow-pause the guest stands still.`,
    );
  }
  if (batch.digest !== expected) {
    throw wrongAnswer(
      `${where}: wrong bytes. The introspector read digest ${batch.digest}, the target holds ${expected}.`,
    );
  }
}

/** Takes a batch, with the readings of the clock when they were asked for. */
type TakeBatch = (
  index: number,
  batch: Batch,
  samples: Samples,
  stamps: Stamps | undefined,
) => Promise<void>;

/**
 * Takes the records of a page-walk job in turn: hello, then batch and samples alternately; with
 * `stamped` the readings of the clock after them.
 */
export class PageWalkAnswer {
  readonly #take: TakeBatch;
  readonly #stamped: boolean;
  readonly #expected: number;
  #hello: Hello | undefined;
  #batch: Batch | undefined;
  #samples: Samples | undefined;
  #batches = 0;

  constructor(passes: Passes, take: TakeBatch, stamped = false) {
    this.#expected = batchesOf(passes);
    this.#take = take;
    this.#stamped = stamped;
  }

  /** The next record. @throws ProtocolError `unexpected` when it is out of turn */
  async add(record: ProtocolRecord): Promise<void> {
    if (record.type === 'H' && this.#hello === undefined) {
      this.#hello = record;
    } else if (record.type === 'B' && this.#hello !== undefined && this.#batch === undefined) {
      this.#batch = record;
    } else if (record.type === 'S' && this.#batch !== undefined && this.#samples === undefined) {
      this.#samples = record;
      if (!this.#stamped) await this.#handOver(this.#batch, record, undefined);
    } else if (
      record.type === 'A' &&
      this.#stamped &&
      this.#batch !== undefined &&
      this.#samples !== undefined
    ) {
      await this.#handOver(this.#batch, this.#samples, record);
    } else {
      throw new ProtocolError('unexpected', `A record of type ${record.type} is out of turn.`);
    }
  }

  async #handOver(batch: Batch, samples: Samples, stamps: Stamps | undefined): Promise<void> {
    this.#batch = undefined;
    this.#samples = undefined;
    await this.#take(this.#batches++, batch, samples, stamps);
  }

  /** The hello, once the job has ended. @throws ProtocolError when batches are missing */
  end(): Hello {
    if (
      this.#hello === undefined ||
      this.#batch !== undefined ||
      this.#batches !== this.#expected
    ) {
      throw new ProtocolError(
        'missing',
        `The job ended after ${this.#batches} of ${this.#expected} batches.`,
      );
    }
    return this.#hello;
  }
}
