/**
 * The table of docs/import.md: every format that import reads, as its own module says.
 */
import { FORMATS } from '../../results/imported/formats/registry.ts';
import { markdownTable } from './regions.ts';

const COLUMNS = ['`--from`', 'made by', 'arm and state', 'unit', 'what is no sample'].map(
  (label) => ({ label, align: 'left' as const }),
);

/** The parts of the document that are made. */
export function importParts(): Record<string, string> {
  const rows = FORMATS.map(({ name, made, arm, unit, not }) => [
    `\`${name}\``,
    made,
    arm,
    unit,
    not,
  ]);
  return { formats: markdownTable(COLUMNS, rows) };
}
