import { describe, expect, it } from 'vitest';
import type { Passes } from '../../plan/page-walk/plan.ts';
import type { Batch, Hello, ProtocolRecord, Samples, Stamps } from '../../protocol/records.ts';
import type { TargetRegion } from '../outcome.ts';
import { checkBatch, PageWalkAnswer } from './verify.ts';

/** Three batches a pass: of 5, 5 and 2 pages. */
const PASSES: Passes = { pages: 12, batch: 5, repeat: 2, warmup: 1 };
const JOB = { arm: 'minios', state: 'cold' } as const;
const REGION: TargetRegion = {
  ...{ base: 0x5a0000000000n, pages: 12, pageSize: '4k', batch: 5 },
  digests: new Map([0, 5, 10].map((first) => [first, { pages: 5, digest: `d${first}` }])),
};

/** The right answer to the fifth question, counted from 0: in the second pass, its second batch. */
const RIGHT: Batch = {
  ...{ type: 'B', batch: 4, pass: 1, warmup: false, state: 'cold', first: 5, pages: 5 },
  ...{ digest: 'd5', depth: 4, open: 1, close: 1, fill: 0, drop: 0, cr3: '0x1000' },
  ...{ maps: 1, unmaps: 1, hypercalls: 1, syscalls: 0, hits: 0 },
};
const samples = (pages: number): Samples => ({ type: 'S', pages, ticks: new Uint32Array() });

function check(change: Partial<Batch> = {}, index = 4, of = 5, region = REGION) {
  checkBatch({ depth: 4 }, PASSES, JOB, region, index, { ...RIGHT, ...change }, samples(of));
}

describe('a batch', () => {
  it.each<[string, Partial<Batch>, number, number]>([
    ['of the middle of a pass', {}, 4, 5],
    ['of the warm-up', { warmup: true }, 1, 5],
    ['that begins the first pass that counts', { first: 0, digest: 'd0' }, 3, 5],
    ['that ends a pass, and is smaller', { first: 10, pages: 2, digest: 'd10' }, 5, 2],
  ])('%s is taken', (_case, change, index, of) => {
    expect(() => check(change, index, of)).not.toThrow();
  });

  it.each<[string, Partial<Batch>]>([
    ['begins elsewhere', { first: 10 }],
    ['has other pages', { pages: 4 }],
    ['is warm-up', { warmup: true }],
    ['is of another state', { state: 'warm' }],
  ])('that %s is out of place', (_case, change) => {
    const { pages, first, state, warmup } = { ...RIGHT, ...change };
    expect(() => check(change)).toThrow(
      expect.objectContaining({
        problem: 'unexpected',
        message: `minios, cold, pass 1, pages 5 to 9: the introspector reports ${pages} pages from ${first} in state ${state}${warmup ? ' (warm-up)' : ''} instead.`,
      }),
    );
  });

  it('has a sample for each of its pages', () => {
    expect(() => check({}, 4, 6)).toThrow(
      expect.objectContaining({
        problem: 'unexpected',
        message: 'minios, cold, pass 1, pages 5 to 9: 6 samples for 5 pages.',
      }),
    );
  });

  it.each<[string, Partial<Batch>, boolean, string]>([
    ['of another depth', { depth: 3 }, false, 'the walks read 3 levels, not 4.'],
    [
      'of other bytes than the target holds',
      ...([{ digest: 'x' }, false] as const),
      'wrong bytes. The introspector read digest x, the target holds d5.',
    ],
    [
      'of other bytes than those of a guest at first',
      ...([{ digest: 'x' }, true] as const),
      'other bytes than at first (digest x, then d5). The guest changed them while it ran, or an introspector read wrong ones: with --allow-pause the guest stands still.',
    ],
  ])('%s is a wrong answer', (_case, change, isStranger, why) => {
    expect(() => check(change, 4, 5, { ...REGION, isStranger })).toThrow(
      expect.objectContaining({
        kind: 'failure',
        message: `minios, cold, pass 1, pages 5 to 9: ${why}`,
      }),
    );
  });

  it('of a guest is right with the bytes of its first reading', () => {
    expect(() => check({}, 4, 5, { ...REGION, isStranger: true })).not.toThrow();
  });
});

describe('an answer', () => {
  const hello: Hello = {
    ...{ type: 'H', platform: 'linux', kernel: 'k', clock: 'c', frequency: 0, emulated: 'no' },
    ...{ monotonic: true, readCost: 1, library: 'l' },
  };
  const stamps: Stamps = {
    ...{ type: 'A', opening: 0n, opened: 1n, closing: 2n, closed: 3n, pages: new BigUint64Array() },
  };
  const RECORDS: Record<string, ProtocolRecord> = {
    ...{ H: hello, B: RIGHT, S: samples(5), A: stamps },
    E: { type: 'E', status: 'ok', records: 1, message: '' },
  };

  /** What comes of records, by the letters of their types, of a job of that many batches. */
  async function taken(letters: string, batches: number, stamped = false) {
    const passes = { pages: 1, batch: 1, repeat: batches, warmup: 0 };
    const handed: unknown[][] = [];
    const answer = new PageWalkAnswer(
      passes,
      async (...all) => void handed.push(all),
      ...(stamped ? [true] : []),
    );
    for (const letter of letters) await answer.add(RECORDS[letter] as ProtocolRecord);
    return { handed, end: () => answer.end() };
  }

  it.each<[string, boolean]>([
    ['HBSBS', false],
    ['HBSABSA', true],
  ])('of records %s is taken, each batch with what belongs to it', async (letters, stamped) => {
    const { handed, end } = await taken(letters, 2, stamped);
    const readings = stamped ? stamps : undefined;
    expect(handed).toEqual([
      [0, RIGHT, samples(5), readings],
      [1, RIGHT, samples(5), readings],
    ]);
    expect(end()).toBe(hello);
  });

  it.each<[string, string, boolean]>([
    ...(['HH', 'B', 'S', 'HS', 'HBB', 'HBSS', 'HA', 'HBA', 'HBSA', 'E', 'HE'] as const).map(
      (letters): [string, string, boolean] => [letters, letters.at(-1) ?? '', false],
    ),
    ...(['A', 'HA', 'HBA', 'HBSS', 'HBSB', 'HBSAA'] as const).map(
      (letters): [string, string, boolean] => [letters, letters.at(-1) ?? '', true],
    ),
  ])(
    'of records %s has the last, a %s, out of turn; stamped: %s',
    async (letters, type, stamped) => {
      await expect(taken(letters, 2, stamped)).rejects.toMatchObject({
        problem: 'unexpected',
        message: `A record of type ${type} is out of turn.`,
      });
    },
  );

  it.each<[string, number, number]>([
    ['', 0, 0],
    ['HBS', 2, 1],
    ['HBSB', 1, 1],
    ['HBSBS', 1, 2],
  ])('of records %s is not whole for %d batches', async (letters, batches, came) => {
    const { end } = await taken(letters, batches);
    expect(end).toThrow(
      expect.objectContaining({
        problem: 'missing',
        message: `The job ended after ${came} of ${batches} batches.`,
      }),
    );
  });
});
