/**
 * What a CSV file is made of, said once: its writer takes the names and the order of the columns from here,
 * and docs/csv.md everything.
 */

/** How the cells of a column are written. */
export const COLUMN_TYPES = {
  integer: /^-?\d+$/,
  number: /^-?\d+(\.\d+)?(e[+-]?\d+)?$/,
  flag: /^[01]$/,
  word: /^[^\s,"]+$/,
  text: /^[\s\S]*$/,
  'hex, 16 digits': /^[0-9a-f]{16}$/,
  'hex with 0x': /^0x[0-9a-f]+$/,
} as const;

/** A type of column. */
export type ColumnType = keyof typeof COLUMN_TYPES;

/** A column: its name in the file, and what its cells are. */
export interface Column<Name extends string = string> {
  name: Name;
  type: ColumnType;
  /** Unit of its numbers; empty where there is none. */
  unit: string;
  meaning: string;
  /** When a cell is empty; absent: never. */
  empty?: string;
}

/** A CSV file of a result, or one that a command writes. */
export interface CsvTable {
  /** Name of the file in a result's folder; of an export, the command. */
  name: string;
  /** What one row is, and in which order rows stand. */
  row: string;
  /** When there is such a file. */
  when: string;
  columns: readonly Column[];
}

/** A column of this name. */
export function column<Name extends string>(
  name: Name,
  type: ColumnType,
  unit: string,
  meaning: string,
  empty?: string,
): Column<Name> {
  return { name, type, unit, meaning, ...(empty === undefined ? {} : { empty }) };
}

/** Names of the columns, in the order of the file. */
export function namesOf(columns: readonly Column[]): string[] {
  return columns.map(({ name }) => name);
}

/** What is wrong with a cell; undefined when it is what its column says. */
export function faultOf({ name, type, empty }: Column, cell: string): string | undefined {
  if (cell === '') return empty === undefined && type !== 'text' ? `${name} is empty` : undefined;
  return COLUMN_TYPES[type].test(cell)
    ? undefined
    : `${name} is ${JSON.stringify(cell)}, no ${type}`;
}
