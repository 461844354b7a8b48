import { describe, expect, it } from 'vitest';
import { makeSuite, type Suite } from '../plan/suite.ts';
import { expectedSeconds, machinesOf, namedMachines, needsMachine } from './machines.ts';

const names = (machines: readonly Suite[]) =>
  machines.map((plans) => plans.map(({ benchmark }) => benchmark));

describe('the machines of a run', () => {
  const suite = makeSuite({ bench: ['page-walk', 'events', 'boot'] });

  it.each([
    ['quick to come up', { quick: true, asked: false }],
    ['asked for', { quick: false, asked: true }],
  ])('are one for each benchmark where they are %s', (_, start) => {
    const machines = machinesOf(suite, start);
    expect(names(machines)).toEqual([['page-walk'], ['events'], ['boot']]);
    expect(namedMachines(machines).map(({ name }) => name)).toEqual([
      'page-walk',
      'events',
      'boot',
    ]);
  });

  it('are one where each boots cold', () => {
    const machines = machinesOf(suite, { quick: false, asked: false });
    expect(names(machines)).toEqual([['page-walk', 'events', 'boot']]);
    expect(namedMachines(machines)).toEqual([{ name: undefined, plans: suite }]);
  });
});

it('lines of code need no machine, sizes of what runs do', () => {
  expect(needsMachine(makeSuite({ bench: ['code-size'], state: ['lines'] }))).toBe(false);
  expect(needsMachine(makeSuite({ bench: ['code-size'] }))).toBe(true);
});

it('knows which benchmark takes longest', () => {
  const order = [...makeSuite({ bench: ['page-walk', 'events', 'code-size'] })]
    .sort((a, b) => expectedSeconds([b]) - expectedSeconds([a]))
    .map(({ benchmark }) => benchmark);
  expect(order).toEqual(['events', 'page-walk', 'code-size']);
});
