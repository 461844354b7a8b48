/**
 * Is an answer about events of a guest the answer to the question? The guest counts nothing, so what is
 * checked is that the introspector answered all that came.
 */
import type { EventKind } from '../../../bench/events/index.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type {
  EventBatch,
  EventOffer,
  EventOffers,
  EventSamples,
  EventTotals,
  Hello,
  ProtocolRecord,
} from '../../protocol/records.ts';
import { demandSamples, nameOf } from '../events/job.ts';
import { wrongAnswer } from '../wrong.ts';

/** What a job came to: measured, or why not. */
export type GuestAnswered = { hello: Hello } & (
  | { kind: 'measured'; offers: EventOffers; totals: EventTotals }
  | { kind: 'missing'; offers: EventOffers; offer: EventOffer }
  /** Xen made no ring: it refuses, or somebody else has one. */
  | { kind: 'no-ring'; errno: number }
);

/** Takes the records of a job of guest-events in turn. */
export class GuestEventsAnswer {
  readonly #where: string;
  readonly #take: (batch: EventBatch, samples: EventSamples) => Promise<void>;
  #hello: Hello | undefined;
  #offers: EventOffers | undefined;
  #offer: EventOffer | undefined;
  #batch: EventBatch | undefined;
  #totals: EventTotals | undefined;
  #errno: number | undefined;
  #seen = 0;

  /** @param where names the job, for error messages */
  constructor(where: string, take: (batch: EventBatch, samples: EventSamples) => Promise<void>) {
    this.#where = where;
    this.#take = take;
  }

  /**
   * The next record.
   * @throws ProtocolError `unexpected` when it is out of turn; UserError `failure` when batches do not
   *   follow each other
   */
  async add(record: ProtocolRecord): Promise<void> {
    const open = this.#offers !== undefined && this.#offer === undefined;
    if (record.type === 'H' && this.#hello === undefined) this.#hello = record;
    else if (record.type === 'R' && this.#hello && !this.#offers) this.#errno = record.errno;
    else if (record.type === 'O' && this.#hello && !this.#offers) this.#offers = record;
    else if (open && record.type === 'T' && this.#batch) await this.#takeSamples(record);
    else if (open && record.type === 'V' && record.listened && !this.#batch) this.#begin(record);
    else if (open && record.type === 'N' && !this.#batch && !this.#totals) this.#totals = record;
    else if (open && record.type === 'K' && !this.#batch) this.#offer = record;
    else {
      throw new ProtocolError(
        'unexpected',
        `${this.#where}: a record of type ${record.type} is out of turn.`,
      );
    }
  }

  /** The whole, once the job has ended. @throws ProtocolError when parts are missing */
  end(): GuestAnswered {
    const hello = this.#hello;
    const offers = this.#offers;
    const offer = this.#offer;
    const totals = this.#totals;
    if (hello && this.#errno !== undefined && !offers) {
      return { hello, kind: 'no-ring', errno: this.#errno };
    }
    if (hello && offers && offer && !offer.delivered && !totals) {
      return { hello, kind: 'missing', offers, offer };
    }
    if (hello && offers && offer?.delivered && totals && this.#seen > 0) {
      return { hello, kind: 'measured', offers, totals };
    }
    throw new ProtocolError(
      'missing',
      `${this.#where}: the job ended after ${this.#seen} events, without all of its records.`,
    );
  }

  #begin(batch: EventBatch): void {
    if (batch.first !== this.#seen) {
      throw wrongAnswer(
        `${this.#where}: the batch after ${this.#seen} events begins with event ${batch.first}.`,
      );
    }
    this.#seen += batch.count;
    if (batch.kept) this.#batch = batch;
  }

  async #takeSamples(samples: EventSamples): Promise<void> {
    const batch = this.#batch as EventBatch;
    this.#batch = undefined;
    demandSamples(this.#where, batch, samples);
    await this.#take(batch, samples);
  }
}

/**
 * Checks what a job counted.
 * @throws UserError `failure` when a request was not answered, or is none that there can be
 */
export function checkGuestTotals(job: PlannedJob<EventKind>, totals: EventTotals): void {
  const where = nameOf(job);
  const { kind, events, extra, unclaimed, requests, responses, bad } = totals;
  if (kind !== job.state) {
    throw new ProtocolError('unexpected', `${where}: the introspector listened to ${kind}.`);
  }
  if (requests !== responses) {
    throw wrongAnswer(
      `${where}: ${requests} requests and ${responses} responses: they must be as many.`,
    );
  }
  if (requests !== events + extra + unclaimed) {
    throw wrongAnswer(
      `${where}: ${requests} requests, of which ${events} were measured, ${extra} came beyond a batch and ${unclaimed} at its end.`,
    );
  }
  if (bad > 0) throw wrongAnswer(`${where}: ${bad} requests of the ring made no sense.`);
}
