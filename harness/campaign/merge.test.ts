import { expect, it } from 'vitest';
import { noFacts, type RunFacts } from '../run/outcome.ts';
import { mergeFacts } from './merge.ts';

const refusal = {
  attempt: 'other-domain',
  meaning: 'asks to read another',
  by: 'introspector',
  outcome: 'refused',
  errno: 13,
  denial: '',
} as const;

function life(machine: string | undefined, consoles: Record<string, string>): RunFacts {
  const domain = { boot: 0, creation: 0, name: 'tv-target', domid: 1, spec: {}, config: '' };
  return {
    ...noFacts(machine),
    refusals: [refusal],
    domains: [domain],
    consoles,
    warnings: ['the same for all'],
  };
}

it('tells of each thing which machine it is of, and keeps every console', () => {
  const merged = mergeFacts(
    [
      life('page-walk', { xen: 'a', target: 'b' }),
      life('events', { xen: 'c', 'event-target': 'd' }),
    ],
    'page-walk',
  );
  expect(merged.domains.map(({ machine, name }) => [machine, name])).toEqual([
    ['page-walk', 'tv-target'],
    ['events', 'tv-target'],
  ]);
  expect(merged.consoles).toEqual({
    ...{ xen: 'a', target: 'b', 'xen-events': 'c', 'event-target-events': 'd' },
  });
  expect(merged.refusals).toEqual([{ ...refusal, times: 2 }]);
  expect(merged.warnings).toEqual(['the same for all']);
});

it('names consoles by the first machine of the run, whether it is of these lives or not', () => {
  expect(Object.keys(mergeFacts([life('events', { xen: 'c' })], 'page-walk').consoles)).toEqual([
    'xen-events',
  ]);
});

it('names no machine where there is one', () => {
  const merged = mergeFacts([life(undefined, { xen: 'a' }), life(undefined, { 'xen-1': 'b' })]);
  expect(merged.consoles).toEqual({ xen: 'a', 'xen-1': 'b' });
  expect(merged.domains.every((domain) => !('machine' in domain))).toBe(true);
});
