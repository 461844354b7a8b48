import { describe, expect, it } from 'vitest';
import type { EventState } from '../../../bench/words.ts';
import type { EventsPlan } from '../../plan/events/plan.ts';
import { makeSuite } from '../../plan/suite.ts';
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
import { checkTotals, EventsAnswer } from './verify.ts';

const TOTALS: EventTotals = {
  ...{ type: 'N', kind: 'cpuid', vcpus: 1, others: 0, executed: 500, events: 500, extra: 3 },
  ...{
    lost: 0,
    requests: 503,
    responses: 503,
    notifications: 503,
    waits: 503,
    unclaimed: 0,
    bad: 0,
  },
  ...{ errors: 0, elapsed: 1, hypercalls: 1, syscalls: 1, digest: 'other' },
};

describe('totals', () => {
  const [plan] = makeSuite({ bench: ['events'], events: '20', repeat: '1' }) as [EventsPlan];
  const region: TargetRegion = {
    ...{ base: 0n, pages: 1, pageSize: '4k', batch: 1 },
    digests: new Map([[0, { pages: 1, digest: 'held' }]]),
  };
  /** 1 event, and 20 with the one in which they are written. */
  const COUNT = 22;

  function check(change: Partial<EventTotals> = {}, state: EventState = 'cpuid') {
    const job = { boot: 0, domain: 0, order: 4, block: 0, arm: 'minios', state } as const;
    checkTotals(plan, job, region, { ...TOTALS, ...change });
  }

  it('that agree on both sides are right', () => {
    expect(() => check()).not.toThrow();
    const few = { executed: COUNT, events: COUNT, requests: COUNT + 3, responses: COUNT + 3 };
    expect(() => check(few)).not.toThrow();
    const walked = { kind: 'cr3-write', digest: 'held' } as const;
    expect(() => check(walked, 'cr3-write-walk')).not.toThrow();
  });

  it.each<[Partial<EventTotals>, string]>([
    [{ executed: COUNT - 1, events: COUNT - 1 }, `${COUNT - 1} events of ${COUNT} arrived.`],
    [{ lost: 1 }, 'the target executed 1 events that the introspector never saw.'],
    [{ executed: 501 }, 'the target executed 501 events, the introspector handled 500.'],
    [{ responses: 502 }, '503 requests and 502 responses: they must be as many.'],
    [{ requests: 502, responses: 502 }, '503 events of 502 requests.'],
    [{ bad: 1 }, '1 requests of the ring made no sense.'],
    [{ errors: 1 }, '1 events gave the target a wrong result (registers, signal or memory).'],
  ])('of %j are a wrong answer', (change, why) => {
    expect(() => check(change)).toThrow(
      expect.objectContaining({ kind: 'failure', message: `minios, cpuid, job 5: ${why}` }),
    );
  });

  it('of another digest than the target holds are a wrong answer, where pages were read', () => {
    expect(() => check({ kind: 'cr3-write' }, 'cr3-write-walk')).toThrow(
      expect.objectContaining({
        kind: 'failure',
        message:
          'minios, cr3-write-walk, job 5: wrong bytes. The introspector read digest other while it handled events, the target holds held.',
      }),
    );
  });

  it.each<[Partial<EventTotals>, string]>([
    [
      { kind: 'cr3-write' },
      'the introspector reports cr3-write of 1 vcpus beside 0 instead of cpuid of 1 vcpus beside 0.',
    ],
    [
      { vcpus: 2 },
      'the introspector reports cpuid of 2 vcpus beside 0 instead of cpuid of 1 vcpus beside 0.',
    ],
    [
      { others: 1 },
      'the introspector reports cpuid of 1 vcpus beside 1 instead of cpuid of 1 vcpus beside 0.',
    ],
    [{ lost: undefined }, 'the target counts its events, and none is told.'],
    [{ errors: undefined }, 'the target counts its events, and none is told.'],
  ])('of %j are no answer', (change, why) => {
    expect(() => check(change)).toThrow(
      expect.objectContaining({ problem: 'unexpected', message: `minios, cpuid, job 5: ${why}` }),
    );
  });
});

describe('an answer', () => {
  const hello: Hello = {
    ...{ type: 'H', platform: 'linux', kernel: 'k', clock: 'c', frequency: 0, emulated: 'no' },
    ...{ monotonic: true, readCost: 1, library: 'l' },
  };
  const offers: EventOffers = {
    ...{ type: 'O', capabilities: '0x1', singleStep: false, memoryAccessError: undefined },
  };
  const offer = (offered: boolean, delivered: boolean): EventOffer => ({
    ...{ type: 'K', kind: 'cpuid', offered, delivered },
  });
  const batch = (first: number, more: Partial<EventBatch> = {}): EventBatch => ({
    ...{
      type: 'V',
      batch: 0,
      kind: 'cpuid',
      monitored: true,
      work: false,
      listened: false,
      vcpu: 0,
    },
    ...{ first, count: 20, median: 1, handler: 1, kept: false },
    ...more,
  });
  const kept = batch(1, { kept: true });
  const samples = (count: number): EventSamples => ({ type: 'T', count, ticks: new Uint32Array() });

  const RECORDS: Readonly<Record<string, ProtocolRecord>> = {
    ...{
      H: hello,
      O: offers,
      N: TOTALS,
      K: offer(true, true),
      V: batch(1),
      v: kept,
      T: samples(20),
    },
    ...{ x: offer(false, false), y: offer(true, false), u: batch(1, { monitored: false }) },
    ...{ w: batch(1, { work: true }), E: { type: 'E', status: 'ok', records: 1, message: '' } },
  };

  async function taken(...records: ProtocolRecord[]) {
    const handed: unknown[] = [];
    const answer = new EventsAnswer('here', async (...all) => void handed.push(all));
    for (const record of records) await answer.add(record);
    return { handed, end: () => answer.end() };
  }
  const ofLetters = (letters: string) =>
    taken(...[...letters].map((letter) => RECORDS[letter] as ProtocolRecord));

  it('is taken, batches that were kept with their samples', async () => {
    const { handed, end } = await ofLetters('HOuwvTNK');
    expect(handed).toEqual([[kept, samples(20)]]);
    expect(end()).toEqual({ hello, offer: RECORDS.K, offers, totals: TOTALS });
  });

  it.each(['x', 'y'])('about a kind that cannot be had (%s) has no totals', async (letter) => {
    const without = { hello, offer: RECORDS[letter], offers, totals: undefined };
    expect((await ofLetters(`HO${letter}`)).end()).toEqual(without);
    expect((await ofLetters(`HOVN${letter}`)).end()).toEqual(without);
  });

  it.each([
    ...['HH', 'O', 'HOO', 'V', 'HV', 'HN', 'HK', 'HT', 'HOT', 'HOVT', 'HOvV', 'HOvN', 'HOvK'],
    ...['HOVNN', 'HOVNKK', 'HOVNKV', 'HOVKN', 'HOvTT', 'HOE', 'E'],
  ])('of records %s has the last out of turn, and none before', async (letters) => {
    await ofLetters(letters.slice(0, -1));
    await expect(ofLetters(letters)).rejects.toMatchObject({
      problem: 'unexpected',
      message: `here: a record of type ${letters.at(-1)?.toUpperCase()} is out of turn.`,
    });
  });

  it.each([
    ['', 0],
    ['HO', 0],
    ['HOVN', 1],
    ['HOVK', 1],
    ['HONK', 0],
    ['HOuNK', 0],
    ['HOwNK', 0],
    ['HOv', 1],
  ])('of records %s is not whole', async (letters, batches) => {
    expect((await ofLetters(letters)).end).toThrow(
      expect.objectContaining({
        problem: 'missing',
        message: `here: the job ended after ${batches} batches, without all of its records.`,
      }),
    );
  });

  it('follows the numbers of each vcpu, from batch to batch and past the event between', async () => {
    const { end } = await taken(
      ...[hello, offers, batch(1), batch(7, { vcpu: 1 }), batch(22), batch(28, { vcpu: 1 })],
      // Nobody listens to these, and these are no events.
      ...[batch(500, { monitored: false }), batch(900, { work: true }), batch(43)],
      ...[TOTALS, offer(true, true)],
    );
    expect(end().totals).toBe(TOTALS);
  });

  it.each([21, 23])('is wrong when a batch begins with event %d in place of 22', async (first) => {
    await expect(taken(hello, offers, batch(1), batch(first))).rejects.toMatchObject({
      kind: 'failure',
      message: `here: vcpu 0 of the target executed event 22 next, the introspector goes on with ${first}: events were lost or came twice.`,
    });
  });

  it.each([
    [[batch(1, { vcpu: undefined })], 'here: a batch of events names no vcpu.'],
    [[kept, samples(19)], 'here: 19 samples for 20 events.'],
  ])('of a batch that is not whole is none', async (records, message) => {
    await expect(taken(hello, offers, ...records)).rejects.toMatchObject({
      ...{ problem: 'unexpected', message },
    });
  });
});
