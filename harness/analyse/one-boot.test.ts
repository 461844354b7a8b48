import { expect, it } from 'vitest';
import type { Start } from '../../infra/testbed.ts';
import { medianInterval } from './median-interval.ts';
import { nest } from './nested.ts';
import { asBoots, bootOf, type LifeStart, placeOf } from './one-boot.ts';
import type { SampleSource } from './suite.ts';

const restored = (boot: string): Start => ({ kind: 'restored', snapshot: `s-${boot}`, boot });
const starts: LifeStart[] = [
  { boot: 0, start: restored('aaa') },
  { boot: 1, start: { kind: 'cold' } },
  { boot: 2, start: restored('aaa') },
  { boot: 3, start: restored('bbb') },
];

it('counts lives that were restored from one boot as that boot', () => {
  expect([0, 1, 2, 3, 4].map((life) => bootOf(starts, life))).toEqual([0, 1, 0, 3, 4]);
});

it('gives the analysis of a run boots instead of lives', async () => {
  const source = {
    groups: () => [
      {
        arm: 'dom0',
        state: 'cold',
        async *batches() {
          yield { boot: 0 };
          yield { boot: 2 };
          yield { boot: 3 };
        },
      },
    ],
    eventGroups: () => [],
    observations: () => [],
  } as unknown as SampleSource;
  const [group] = asBoots(source, starts).groups(['dom0'], ['cold']);
  const places = [];
  for await (const { boot, domain } of group?.batches() ?? []) places.push([boot, domain]);
  expect(places).toEqual([
    [0, '0 0'],
    [0, '2 0'],
    [3, '3 0'],
  ]);
});

it('counts runs that were restored from one boot as one independent unit', () => {
  const batch = (run: string, from: string) => ({
    path: placeOf([run, '0', '0', '1', '2'], [{ boot: 0, start: restored(from) }]),
    values: Float64Array.of(1, 2, 3),
  });
  const same = nest([batch('one', 'aaa'), batch('two', 'aaa'), batch('three', 'aaa')]);
  expect(medianInterval(same).basis).toMatchObject({ level: 'domain', units: 3 });
  const others = nest([batch('one', 'aaa'), batch('two', 'aaa'), batch('three', 'bbb')]);
  expect(medianInterval(others).basis).toMatchObject({ level: 'run', units: 2 });
  const cold = nest(
    ['one', 'two'].map((run) => ({
      path: placeOf([run, '0', '0', '1', '2'], [{ boot: 0, start: { kind: 'cold' } }]),
      values: Float64Array.of(1, 2, 3),
    })),
  );
  expect(medianInterval(cold).basis).toMatchObject({ level: 'run', units: 2 });
});
