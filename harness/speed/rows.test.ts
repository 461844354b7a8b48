import { expect, it } from 'vitest';
import { MEASUREMENTS } from './measurements.ts';
import { DEFAULT_PARTS } from './parts.ts';
import { ROWS } from './rows.ts';

it.each(ROWS)('$what, $figure, has an old and a new side, measured in its part', (row) => {
  expect(MEASUREMENTS[row.old]).toMatchObject({ side: 'old', part: row.part });
  expect(MEASUREMENTS[row.now]).toMatchObject({ side: 'new', part: row.part });
});

it('the longest part is measured when it is asked for', () => {
  expect(DEFAULT_PARTS).not.toContain('ci');
});
