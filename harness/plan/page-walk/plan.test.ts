import { describe, expect, it } from 'vitest';
import { resolveOptions } from './options.ts';
import { makePlan, pagesOfBatch } from './plan.ts';

describe('makePlan', () => {
  it('is the same for the same options and another for another seed', () => {
    expect(makePlan(resolveOptions({}))).toEqual(makePlan(resolveOptions({})));
    expect(makePlan(resolveOptions({ seed: '2' })).jobs).not.toEqual(
      makePlan(resolveOptions({})).jobs,
    );
  });

  it('has each arm and state twice in each block, numbered in order', () => {
    const { jobs } = makePlan(resolveOptions({ blocks: '4', protocol: 'v1' }));
    expect(jobs).toHaveLength(4 * 2 * 2 * 4);
    expect(jobs.map((job) => job.order)).toEqual(jobs.map((_, index) => index));
    for (let block = 0; block < 4; block++) {
      const cold = jobs.filter((job) => job.block === block && job.state === 'cold');
      expect(cold.map((job) => job.arm).sort()).toEqual(['dom0', 'dom0', 'minios', 'minios']);
    }
  });

  it('draws a fresh order for each block', () => {
    const { jobs } = makePlan(resolveOptions({ blocks: '8', protocol: 'v1' }));
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
    expect(plan.batches).toBe(3);
    expect([0, 1, 2].map((batch) => pagesOfBatch(plan.options, batch))).toEqual([500, 500, 201]);
  });
});
