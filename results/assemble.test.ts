import { expect, it } from 'vitest';
import { mergeFacts } from '../harness/campaign/merge.ts';
import { makeSuite } from '../harness/plan/suite.ts';
import { noFacts } from '../harness/run/outcome.ts';
import { makeManifest } from './assemble.ts';

/** The order that the manifest of a failed run has whose last domain was made there. */
function orderOf(last?: { boot: number; creation: number }) {
  const suite = makeSuite({ bench: ['page-walk'], boots: '1000', domains: '1000' });
  const facts = noFacts();
  if (last !== undefined) {
    for (const [boot, creation] of [
      [0, 0],
      [last.boot, last.creation],
      [0, 7],
    ] as const) {
      facts.domains.push({ boot, creation, name: 'tv-target', domid: 1, spec: {}, config: '' });
    }
  }
  const { order } = makeManifest(
    suite,
    {
      status: 'failure',
      facts: mergeFacts([facts]),
      reason: 'a byte was wrong',
      whole: [],
      broken: [],
    },
    {
      tool: { name: 'tinyvmi-bench', version: '0', commit: '', modified: false },
      host: {} as never,
      startedAt: new Date(0),
      seconds: 1,
      machines: [suite],
      askedJobs: undefined,
    },
  );
  return order;
}

it('lists the jobs of creations that were begun, whatever the plan had besides', () => {
  expect(orderOf()).toEqual([]);
  const order = orderOf({ boot: 1, creation: 2 });
  const creations = new Set(order.map(({ boot = 0, domain = 0 }) => boot * 1000 + domain));
  expect(creations.size).toBe(1003);
  expect(order.at(-1)).toMatchObject({ benchmark: 'page-walk', boot: 1, domain: 2 });
  expect(order.length % 1003).toBe(0);
});
