/**
 * The tables of docs/csv.md, from the descriptions that the writers of CSV files take their columns from.
 */
import { EXPORTED } from '../../results/exchange/formats.ts';
import { IMPORTED_SAMPLES } from '../../results/imported/write.ts';
import { BATCHES, SAMPLES } from '../../results/store/columns.ts';
import {
  EVENT_JOBS,
  EVENT_OTHERS,
  EVENTS,
  GUEST_EVENTS,
} from '../../results/store/event-columns.ts';
import { OBSERVATIONS } from '../../results/store/observation-columns.ts';
import type { CsvTable } from '../../results/store/table.ts';
import { left } from '../model/brief.ts';
import { markdownTable } from './regions.ts';

/** Files of a measured result. */
export const RESULT_TABLES: readonly CsvTable[] = [
  SAMPLES,
  BATCHES,
  EVENTS,
  EVENT_JOBS,
  GUEST_EVENTS,
  EVENT_OTHERS,
  OBSERVATIONS,
];

/** Every CSV file that a command writes, with its heading. */
const ALL: readonly [string, CsvTable][] = [
  ...RESULT_TABLES.map((table): [string, CsvTable] => [table.name, table]),
  [`${IMPORTED_SAMPLES.name} of an imported result`, IMPORTED_SAMPLES],
  [EXPORTED.name, EXPORTED],
];

function tableText([heading, { row, when, columns }]: readonly [string, CsvTable]): string {
  const rows = columns.map(({ name, type, unit, meaning, empty }) => [
    `\`${name}\``,
    type,
    unit === '' ? '–' : unit,
    empty === undefined ? meaning : `${meaning}; empty: ${empty}`,
  ]);
  return [
    `## ${heading}`,
    `There when ${when}. A row is ${row}.`,
    markdownTable(['column', 'type', 'unit', 'meaning'].map(left), rows),
  ].join('\n\n');
}

/** Parts of docs/csv.md by name. */
export function csvParts(): Record<string, string> {
  return { tables: ALL.map(tableText).join('\n\n') };
}
