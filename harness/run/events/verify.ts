/**
 * Is an answer about events the answer to the question? Checks of what an introspector reported:
 * none lost, none twice, none wrong for the target.
 */

import type { EventState } from '../../../bench/words.ts';
import { countOf, type EventsPlan, loadOf } from '../../plan/events/plan.ts';
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
import type { TargetRegion } from '../outcome.ts';
import { wrongAnswer } from '../wrong.ts';
import { demandSamples, nameOf } from './job.ts';

/** What a job of events came to. `totals` unless the kind cannot be had. */
export interface EventsAnswered {
  hello: Hello;
  offer: EventOffer;
  /** What Xen offers besides. */
  offers: EventOffers;
  totals: EventTotals | undefined;
}

/** Takes the records of a job of events in turn: hello, offers, batches with samples, totals, offer. */
export class EventsAnswer {
  readonly #where: string;
  readonly #take: (batch: EventBatch, samples: EventSamples) => Promise<void>;
  #hello: Hello | undefined;
  #batch: EventBatch | undefined;
  #monitored = 0;
  /** Number that the next batch of a vcpu begins with. */
  readonly #next = new Map<number, number>();
  #offers: EventOffers | undefined;
  #offer: EventOffer | undefined;
  #totals: EventTotals | undefined;

  /** @param where names the job, for error messages */
  constructor(where: string, take: (batch: EventBatch, samples: EventSamples) => Promise<void>) {
    this.#where = where;
    this.#take = take;
  }

  /**
   * The next record.
   * @throws ProtocolError `unexpected` when it is out of turn; UserError `failure` when events
   *   are missing between batches
   */
  async add(record: ProtocolRecord): Promise<void> {
    if (record.type === 'H' && this.#hello === undefined) {
      this.#hello = record;
      return;
    }
    if (record.type === 'O' && this.#hello !== undefined && this.#offers === undefined) {
      this.#offers = record;
      return;
    }
    const open = this.#offers !== undefined && this.#offer === undefined;
    if (open && record.type === 'T' && this.#batch !== undefined) {
      const batch = this.#batch;
      this.#batch = undefined;
      await this.#takeSamples(batch, record);
    } else if (open && this.#batch === undefined && record.type === 'V') {
      this.#takeBatch(record);
    } else if (open && this.#batch === undefined && record.type === 'N' && !this.#totals) {
      this.#totals = record;
    } else if (open && this.#batch === undefined && record.type === 'K') {
      this.#offer = record;
    } else {
      throw new ProtocolError(
        'unexpected',
        `${this.#where}: a record of type ${record.type} is out of turn.`,
      );
    }
  }

  /** The whole, once the job has ended. @throws ProtocolError when parts are missing */
  end(): EventsAnswered {
    const hello = this.#hello;
    const offer = this.#offer;
    const offers = this.#offers;
    const measured = offer?.offered === true && offer.delivered;
    const whole = measured ? this.#totals !== undefined && this.#monitored > 0 : true;
    if (!hello || !offer || !offers || this.#batch !== undefined || !whole) {
      throw new ProtocolError(
        'missing',
        `${this.#where}: the job ended after ${this.#monitored} batches, without all of its records.`,
      );
    }
    return { hello, offer, offers, totals: measured ? this.#totals : undefined };
  }

  #takeBatch(batch: EventBatch): void {
    if (batch.vcpu === undefined) {
      throw new ProtocolError('unexpected', `${this.#where}: a batch of events names no vcpu.`);
    }
    if (batch.monitored && !batch.work) {
      const expected = this.#next.get(batch.vcpu);
      if (expected !== undefined && batch.first !== expected) {
        throw wrongAnswer(
          `${this.#where}: vcpu ${batch.vcpu} of the target executed event ${expected} next, the introspector goes on with ${batch.first}: events were lost or came twice.`,
        );
      }
      // The event in which a batch is written belongs to none.
      this.#next.set(batch.vcpu, batch.first + batch.count + 1);
      this.#monitored++;
    }
    if (batch.kept) this.#batch = batch;
  }

  async #takeSamples(batch: EventBatch, samples: EventSamples): Promise<void> {
    demandSamples(this.#where, batch, samples);
    await this.#take(batch, samples);
  }
}

/**
 * Checks what a job counted on both sides.
 * @throws UserError `failure` when events were lost, answered wrongly, or did harm
 */
export function checkTotals(
  plan: EventsPlan,
  job: PlannedJob<EventState>,
  region: TargetRegion,
  totals: EventTotals,
): void {
  const where = nameOf(job);
  const load = loadOf(plan, job.state);
  const told = ({ kind, vcpus, others }: Pick<EventTotals, 'kind' | 'vcpus' | 'others'>) =>
    `${kind} of ${vcpus} vcpus beside ${others}`;
  if (told(totals) !== told(load)) {
    throw new ProtocolError(
      'unexpected',
      `${where}: the introspector reports ${told(totals)} instead of ${told(load)}.`,
    );
  }
  const count = countOf(plan, job.state);
  if (totals.events < count) {
    throw wrongAnswer(`${where}: ${totals.events} events of ${count} arrived.`);
  }
  if (totals.lost === undefined || totals.errors === undefined) {
    throw new ProtocolError(
      'unexpected',
      `${where}: the target counts its events, and none is told.`,
    );
  }
  if (totals.lost > 0) {
    throw wrongAnswer(
      `${where}: the target executed ${totals.lost} events that the introspector never saw.`,
    );
  }
  if (totals.executed !== totals.events) {
    throw wrongAnswer(
      `${where}: the target executed ${totals.executed} events, the introspector handled ${totals.events}.`,
    );
  }
  if (totals.requests !== totals.responses) {
    throw wrongAnswer(
      `${where}: ${totals.requests} requests and ${totals.responses} responses: they must be as many.`,
    );
  }
  if (totals.requests < totals.events + totals.extra) {
    throw wrongAnswer(
      `${where}: ${totals.events + totals.extra} events of ${totals.requests} requests.`,
    );
  }
  if (totals.bad > 0) {
    throw wrongAnswer(`${where}: ${totals.bad} requests of the ring made no sense.`);
  }
  if (totals.errors > 0) {
    throw wrongAnswer(
      `${where}: ${totals.errors} events gave the target a wrong result (registers, signal or memory).`,
    );
  }
  const expected = region.digests.get(0)?.digest;
  if (load.walk > 0 && totals.digest !== expected) {
    throw wrongAnswer(
      `${where}: wrong bytes. The introspector read digest ${totals.digest} while it handled events, the target holds ${expected}.`,
    );
  }
}
