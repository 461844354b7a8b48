/**
 * Is an answer the answer to the question? Pure checks of what an introspector reported.
 */
import { UserError } from '../../infra/errors.ts';
import { type Plan, type PlannedJob, pagesOfBatch } from '../plan/plan.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { Batch, Hello, ProtocolRecord, Samples } from '../protocol/records.ts';
import type { TargetRegion } from './outcome.ts';

/** A wrong answer: what is measured is wrong, whatever it cost. */
function wrong(message: string): UserError {
  return new UserError(message, {
    kind: 'failure',
    advice: 'A wrong answer has no cost: no figures are given for this run.',
  });
}

/**
 * Checks a batch against what was asked and against the target's own digest.
 * @param index number of the batch in the job, warm-up included, from 0
 * @throws UserError `failure` for wrong bytes or depth; ProtocolError for a batch out of place
 */
export function checkBatch(
  plan: Plan,
  job: PlannedJob,
  region: TargetRegion,
  index: number,
  batch: Batch,
  samples: Samples,
): void {
  const pass = Math.floor(index / plan.batches);
  const place = index % plan.batches;
  const first = place * plan.options.batch;
  const pages = pagesOfBatch(plan.options, place);
  const warmup = pass < plan.options.warmup;
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
  if (batch.depth !== plan.depth) {
    throw wrong(`${where}: the walks read ${batch.depth} levels, not ${plan.depth}.`);
  }
  const expected = region.digests.get(first)?.digest;
  if (batch.digest !== expected) {
    throw wrong(
      `${where}: wrong bytes. The introspector read digest ${batch.digest}, the target holds ${expected}.`,
    );
  }
}

/**
 * Checks that a clock can be used, and that it is of the same kind as the others'.
 * @throws UserError of kind `error`
 */
export function checkClocks(hellos: readonly { arm: string; hello: Hello }[]): void {
  for (const { arm, hello } of hellos) {
    if (!hello.monotonic) {
      throw new UserError(`The clock of ${arm} went backwards: nothing can be measured with it.`, {
        advice: 'tinyvmi-bench doctor shows the clocks that this testbed offers.',
      });
    }
  }
  const kinds = new Set(hellos.map(({ hello }) => hello.clock));
  const emulated = new Set(
    hellos.map(({ hello }) => hello.emulated).filter((value) => value !== 'unknown'),
  );
  if (kinds.size > 1 || emulated.size > 1) {
    const list = hellos.map(
      ({ arm, hello }) => `${arm}: ${hello.clock}, emulated ${hello.emulated}`,
    );
    throw new UserError(`The arms read different kinds of clock (${list.join('; ')}).`, {
      advice: 'Put tsc_mode="native" into every domain\'s config.',
    });
  }
}

/** Takes the records of a page-walk job in turn: hello, then batch and samples alternately. */
export class PageWalkAnswer {
  readonly #take: (index: number, batch: Batch, samples: Samples) => Promise<void>;
  readonly #expected: number;
  #hello: Hello | undefined;
  #batch: Batch | undefined;
  #batches = 0;

  constructor(plan: Plan, take: (index: number, batch: Batch, samples: Samples) => Promise<void>) {
    this.#expected = (plan.options.warmup + plan.options.repeat) * plan.batches;
    this.#take = take;
  }

  /** The next record. @throws ProtocolError `unexpected` when it is out of turn */
  async add(record: ProtocolRecord): Promise<void> {
    if (record.type === 'H' && this.#hello === undefined) {
      this.#hello = record;
    } else if (record.type === 'B' && this.#hello !== undefined && this.#batch === undefined) {
      this.#batch = record;
    } else if (record.type === 'S' && this.#batch !== undefined) {
      const batch = this.#batch;
      this.#batch = undefined;
      await this.#take(this.#batches++, batch, record);
    } else {
      throw new ProtocolError('unexpected', `A record of type ${record.type} is out of turn.`);
    }
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
