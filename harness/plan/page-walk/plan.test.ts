import { describe, expect, it } from 'vitest';
import { resolveOptions } from './options.ts';
import { batchesOf, makePlan, pagesOfBatch, passesOf } from './plan.ts';

describe('makePlan', () => {
  it('is the same for the same options and another for another seed', () => {
    expect(makePlan(resolveOptions({}))).toEqual(makePlan(resolveOptions({})));
    expect(makePlan(resolveOptions({ seed: '2' })).jobs).not.toEqual(
      makePlan(resolveOptions({})).jobs,
    );
  });

  it('has each arm and state twice in each block, numbered in order', () => {
    const plan = makePlan(resolveOptions({ blocks: '4', protocol: 'v1' }));
    const jobs = [...plan.jobs];
    expect(plan.jobs.length).toBe(4 * 2 * 2 * 4);
    expect(jobs).toHaveLength(plan.jobs.length);
    expect(jobs.map((job) => job.order)).toEqual(jobs.map((_, index) => index));
    for (let block = 0; block < 4; block++) {
      const cold = jobs.filter((job) => job.block === block && job.state === 'cold');
      expect(cold.map((job) => job.arm).sort()).toEqual(['dom0', 'dom0', 'minios', 'minios']);
    }
  });

  it('has all creations one after the other, with blocks that count over all of them', () => {
    const jobs = [...makePlan(resolveOptions({ boots: '2', domains: '3', blocks: '2' })).jobs];
    expect(jobs.map(({ order }) => order)).toEqual(jobs.map((_, index) => index));
    const places = jobs.map(({ boot, domain, block }) => `${boot} ${domain} ${block}`);
    expect([...new Set(places)]).toEqual([
      ...['0 0 0', '0 0 1', '0 1 2', '0 1 3', '0 2 4', '0 2 5'],
      ...['1 0 6', '1 0 7', '1 1 8', '1 1 9', '1 2 10', '1 2 11'],
    ]);
    const seeds = jobs.filter(({ state }) => state === 'seed-2018');
    expect(seeds.map(({ order, arm }) => [order % 34, arm])).toEqual(
      Array.from({ length: 6 }, () => [
        [0, 'dom0'],
        [1, 'minios'],
      ]).flat(),
    );
  });

  it('gives the jobs of a creation, whichever was asked for before', () => {
    const plan = makePlan(resolveOptions({ boots: '2', domains: '3', blocks: '2' }));
    const all = [...plan.jobs];
    for (const place of [0, 1, 1, 5, 2, 2, 0, 5]) {
      const creation = { boot: Math.floor(place / 3), domain: place % 3 };
      const wanted = all.filter(({ boot, domain }) => boot * 3 + domain === place);
      expect(wanted.length).toBeGreaterThan(0);
      expect(plan.jobs.of(creation)).toEqual(wanted);
    }
  });

  it('of the most that can be asked for is made at once, and takes no memory', () => {
    const most = { boots: '1000', domains: '1000', blocks: '1000', repeat: '1' };
    const before = process.memoryUsage().heapUsed;
    const { jobs } = makePlan(resolveOptions({ ...most, protocol: 'v1' }));
    expect(jobs.length).toBe(1e9 * 2 * 2 * 4);
    expect(jobs.of({ boot: 0, domain: 1 })[0]).toMatchObject({ order: 16_000, block: 1000 });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
  });

  it('measures the same blocks in one boot, with the other protocol or without', () => {
    const blocks = (protocol: string) =>
      [...makePlan(resolveOptions({ protocol })).jobs].filter(({ state }) => state !== 'seed-2018');
    const places = (protocol: string) =>
      blocks(protocol).map(({ block, arm, state }) => [block, arm, state]);
    expect(places('both')).toEqual(places('v1'));
  });

  it('has each arm and its twin as often in A/A, and the one protocol', () => {
    const jobs = [...makePlan(resolveOptions({ aa: true, arm: ['minios'], blocks: '2' })).jobs];
    const count = (wanted: string) => jobs.filter(({ arm }) => arm === wanted).length;
    expect([count('minios'), count('minios-again'), jobs.length]).toEqual([16, 16, 32]);
  });

  it('draws a fresh order for each block', () => {
    const jobs = [...makePlan(resolveOptions({ blocks: '8', protocol: 'v1' })).jobs];
    const orders = new Set(
      Array.from({ length: 8 }, (_, block) =>
        jobs
          .filter((job) => job.block === block)
          .map((job) => job.arm + job.state)
          .join(),
      ),
    );
    expect(orders.size).toBeGreaterThan(4);
  });

  it.each([
    ['4k', 4],
    ['2m', 3],
    ['1g', 2],
  ])('asserts the depth of %s pages', (pageSize, depth) => {
    expect(makePlan(resolveOptions({ pageSize })).depth).toBe(depth);
  });

  it('counts a short last batch', () => {
    const plan = makePlan(resolveOptions({ pages: '1201', batch: '500' }));
    expect(batchesOf(passesOf(plan, 'cold'))).toBe(3 * 3);
    expect(batchesOf(passesOf(plan, 'seed-2018'))).toBe(1);
    expect([0, 1, 2].map((batch) => pagesOfBatch(plan.options, batch))).toEqual([500, 500, 201]);
  });
});
