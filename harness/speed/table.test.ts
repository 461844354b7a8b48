import { expect, it } from 'vitest';
import { AGREEMENT_RULES } from './agreement.ts';
import { ROWS, type Row } from './rows.ts';
import { markdown } from './table.ts';

const [ready, cold] = ROWS as unknown as [Row, Row];

it('has old, new, ratios, the limit and whether it holds', () => {
  const text = markdown(
    [
      { row: ready, compared: { old: 20, now: 3.5, ratio: 0.175, rounds: [0.2, 0.15] } },
      { row: cold, compared: { old: 20, now: 9.994, ratio: 0.5, rounds: [0.5] } },
    ],
    undefined,
    [],
  );
  expect(text.split('\n')).toEqual([
    '| what | old | new | ratio | each round | at most | holds |',
    '| --- | --: | --: | --: | --: | --: | --: |',
    '| testbed ready from a snapshot, wall clock | 20.0 s | 3.50 s | 0.175 | 0.200, 0.150 | 1/6 | **no** |',
    '| testbed ready after a cold boot, processor time | 20.0 s | 9.99 s | 0.500 | 0.500 | 0.6 | yes |',
    '',
    'Ready from a snapshot: 3.50 s, at most 3 s on a quiet machine: **no**.',
    '',
  ]);
});

it('has memory and medians where they were measured', () => {
  const [rule] = AGREEMENT_RULES as unknown as [(typeof AGREEMENT_RULES)[number]];
  const agreement = { rule, count: 4, largest: 0, where: '', holds: true };
  const text = markdown([], { bytes: [1e9, 1e9, 0.6e9], restored: 3 }, [agreement]);
  const small = [5e8, 5e8, 5e8];
  expect(markdown([], { bytes: small, restored: 3 }, [])).toContain('at most 2.5 GB: yes.');
  expect(markdown([], { bytes: small, restored: 2 }, [])).toMatch(/2 of them restored.*\*\*no\*\*/);
  expect(text).toContain('2.60 GB (1.00 + 1.00 + 0.60), at most 2.5 GB: **no**.');
  expect(text).toContain('| Mini-OS, page-walk | 4 | 0.000 % | – | equal | yes |');
});
