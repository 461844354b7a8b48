/**
 * Columns of the table of observations, and the rows that a benchmark's findings give it.
 */
import type { RecordedObservations } from '../../harness/run/observation.ts';
import { CREATION_COLUMNS } from './place-columns.ts';
import { type CsvTable, column } from './table.ts';

/** observations.csv: single facts, each in its own unit. */
export const OBSERVATIONS = {
  name: 'observations.csv',
  row: 'a fact, creation by creation, in each in the order of the benchmarks',
  when: 'a benchmark that finds out single facts was run: `code-size`, `boot`, `footprint`, `density`, `anatomy`',
  columns: [
    ...CREATION_COLUMNS,
    column('benchmark', 'word', '', 'the benchmark that found it out'),
    column('arm', 'word', '', 'the arm that it is about'),
    column('state', 'word', '', 'what was looked at, as the benchmark names it'),
    column('phase', 'word', '', 'the part of it'),
    column(
      'unit',
      'word',
      '',
      'unit of `value`: `instructions`, `ticks`, `ns`, `bytes`, `lines` or `count`',
    ),
    column('repeat', 'integer', '', 'number of this finding of the same fact, from 0'),
    column('value', 'number', 'that of `unit`', 'the fact; not below zero'),
    column('detail', 'text', '', 'where it comes from', 'the benchmark says it'),
  ],
} as const satisfies CsvTable;

/** The rows of what a benchmark found out in a creation. */
export function observationRows({
  boot,
  domain,
  benchmark,
  observations,
}: RecordedObservations): (string | number)[][] {
  return observations.map(({ arm, state, phase, unit, repeat, value, detail }) => [
    ...[boot, domain, benchmark, arm, state, phase, unit, repeat, value, detail],
  ]);
}
