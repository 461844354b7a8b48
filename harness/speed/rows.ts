/** What is compared, and what it may cost at most. */
import type { Figure } from './figures.ts';
import type { MeasurementId } from './measurements.ts';
import type { Part } from './parts.ts';

/** One row of the table. */
export interface Row {
  part: Part;
  what: string;
  figure: Figure;
  old: MeasurementId;
  now: MeasurementId;
  /** Ratio of the new side to the old one, at most; as it is written. */
  most: { ratio: number; text: string };
}

const ratio = (text: string, value = Number(text)) => ({ ratio: value, text });

/** The rows, in their order. */
export const ROWS: readonly Row[] = [
  {
    part: 'testbed',
    what: 'testbed ready from a snapshot',
    figure: 'wall',
    old: 'old ready',
    now: 'new ready',
    most: ratio('1/6', 1 / 6),
  },
  {
    part: 'testbed',
    what: 'testbed ready after a cold boot',
    figure: 'processor',
    old: 'old ready',
    now: 'new ready cold',
    most: ratio('0.6'),
  },
  {
    part: 'bench',
    what: '`npm run bench`, snapshot there',
    figure: 'wall',
    old: 'old bench',
    now: 'new bench',
    most: ratio('1/3', 1 / 3),
  },
  {
    part: 'bench',
    what: '`npm run bench`, snapshot there',
    figure: 'processor',
    old: 'old bench',
    now: 'new bench',
    most: ratio('0.6'),
  },
  {
    part: 'bench',
    what: 'the first run, which makes the snapshot',
    figure: 'wall',
    old: 'old bench',
    now: 'new bench first',
    most: ratio('1.1'),
  },
  {
    part: 'walk',
    what: '`run --bench page-walk --state cold --blocks 1`',
    figure: 'wall',
    old: 'old walk',
    now: 'new walk',
    most: ratio('1/4', 1 / 4),
  },
  {
    part: 'ci',
    what: '`.ci/run`',
    figure: 'wall',
    old: 'old ci',
    now: 'new ci',
    most: ratio('0.4'),
  },
  {
    part: 'ci',
    what: '`.ci/run`',
    figure: 'processor',
    old: 'old ci',
    now: 'new ci',
    most: ratio('0.5'),
  },
];
