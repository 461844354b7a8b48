/**
 * Samples in a table of anybody's: which columns hold them, how they are told apart, and what would be wrong
 * use of it.
 */
import { UserError } from '../../infra/errors.ts';
import { csvError, type RowReader, readCsv } from '../store/csv.ts';
import type { Place, SampleSink, SourceFile } from './formats/format.ts';
import { readHead } from './head.ts';
import { type DecimalSign, NumberReader } from './number-cell.ts';

/** Which column of a table holds what, and how the table is written. */
export interface Columns {
  /**
   * Columns of samples. Of several without an arm's column, each is an arm of its name. None: of a table
   * without a header, its one column.
   */
  values: readonly string[];
  arm?: string;
  /** Columns whose values make the state, together. */
  states: readonly string[];
  boot?: string;
  block?: string;
  batch?: string;
  /** Column that each sample is divided by. */
  divisor?: string;
  /** `false`: the first row is one of samples, and columns are named by their places, from 1. */
  header: boolean;
  /** What stands between cells; without it, it is recognised by the names of the columns. */
  delimiter?: string;
  /** What a comment line begins with; `none`: there are none. */
  comment?: string;
  /** What stands before the decimals. */
  decimal?: DecimalSign;
}

/** Names that summaries have, in lower case: where samples are asked for, they are the wrong column. */
const MEANS = new Set(['mean', 'avg', 'average', 'median', 'p50']);
const SPREADS =
  /^(std|sd|stddev|std_dev|stdev|min|max|minimum|maximum|q1|q3|p\d\d|variance|var|iqr)$/;

const COMMENT = '#';
const DELIMITERS = [',', ';', '\t'] as const;
/** A column of a table without names. */
const PLACE = /^[1-9]\d*$/;

function usage(message: string, advice: string): UserError {
  return new UserError(message, { kind: 'usage', advice });
}

/** Every column that is asked for, by the option that asks for it. */
function asked(columns: Columns): [option: string, name: string][] {
  const { values, arm, states, boot, block, batch, divisor } = columns;
  const one = (option: string, name?: string): [string, string][] =>
    name === undefined ? [] : [[option, name]];
  return [
    ...one('--arm-column', arm),
    ...values.map((name): [string, string] => ['--value-column', name]),
    ...states.map((name): [string, string] => ['--state-column', name]),
    ...one('--boot-column', boot),
    ...one('--block-column', block),
    ...one('--batch-column', batch),
    ...one('--divide-by', divisor),
  ];
}

/** Checks what can be told without the file. @throws UserError of kind usage */
export function checkColumns(columns: Columns, arm: string | undefined): void {
  const all = asked(columns);
  for (const [place, [option, name]] of all.entries()) {
    const other = all.slice(0, place).find(([, known]) => known === name);
    if (other === undefined) continue;
    throw usage(
      `${other[0]} and ${option} name the same column, ${JSON.stringify(name)}.`,
      'Give each its own: what is measured is in one column, the samples are in another.',
    );
  }
  if (columns.values.length === 0 && columns.header) {
    throw usage('There is no column of samples.', 'Name it: --value-column NAME.');
  }
  if (arm !== undefined && columns.arm !== undefined) {
    throw usage('--arm and --arm-column say the same twice.', 'Give one of them.');
  }
  if (columns.values.length > 1 && (arm ?? columns.arm) !== undefined) {
    throw usage(
      'Of several columns of samples each is an arm of its name.',
      'Leave --arm and --arm-column out, or give one --value-column.',
    );
  }
  if (columns.values.length <= 1 && (arm ?? columns.arm) === undefined) {
    throw usage(
      'Nothing says what was measured.',
      'Give --arm-column NAME; where all of it is one arm, --arm NAME; where each column is one, --value-column for each.',
    );
  }
  if (columns.header) return;
  const named = all.find(([, name]) => !PLACE.test(name));
  if (named === undefined) return;
  throw usage(
    `${named[0]} ${named[1]}: without a header columns have no names.`,
    'Name them by their places, from 1.',
  );
}

/** The cells of a header, as far as its separator tells. */
function cellsOf(header: string, delimiter: string): string[] {
  return header.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

/** What stands between the cells of a file, by its first row: that with which the columns are there. */
function delimiterOf(first: string, columns: Columns): string {
  const wanted = asked(columns).map(([, name]) => name);
  const fits = DELIMITERS.filter((delimiter) => {
    const cells = cellsOf(first, delimiter);
    return columns.header
      ? wanted.every((name) => cells.includes(name))
      : wanted.every((name) => Number(name) <= cells.length);
  });
  // A decimal comma parts a number, too: what parts the row into more cells, and is no comma, parts it.
  const [found = ','] =
    columns.header || fits.length < 2
      ? fits
      : fits.filter((one) => one !== ',' && first.includes(one));
  return found;
}

/** The first row of a file that is no comment. */
function firstRow(head: string, comment: string | undefined): string {
  const row = head
    .split(/\r?\n/)
    .find((line) => line.trim() !== '' && (comment === undefined || !line.startsWith(comment)));
  return row ?? '';
}

/** @throws UserError when what is asked for are the means of a table of summaries */
function refuseSummaries(path: string, values: readonly string[], names: readonly string[]): void {
  const mean = values.find((name) => MEANS.has(name.toLowerCase()));
  const spread = names.find((name) => SPREADS.test(name.toLowerCase()));
  if (mean === undefined || spread === undefined) return;
  throw new UserError(
    `${path} has summaries: ${JSON.stringify(mean)} beside ${JSON.stringify(spread)}. Means are no samples.`,
    {
      advice:
        'Import the file that has each measurement. If these are measurements, give the column another name.',
    },
  );
}

/** Where the columns stand. @throws UserError of kind usage for one that is not there, or there twice */
function placesOf(path: string, names: readonly string[], columns: Columns): Map<string, number> {
  const places = new Map<string, number>();
  for (const [option, name] of asked(columns)) {
    const place = names.indexOf(name);
    if (place < 0) {
      const has = columns.header ? `It has: ${names.join(', ')}.` : `It has ${names.length}.`;
      throw usage(`${option} ${name}: ${path} has no such column.`, has);
    }
    if (names.indexOf(name, place + 1) >= 0) {
      throw usage(
        `${option} ${name}: ${path} has two columns of this name.`,
        'Give one of them another name in the file: which is meant cannot be told.',
      );
    }
    places.set(name, place);
  }
  return places;
}

/** The one column of a table without a header. @throws UserError of kind usage when there are several */
function onlyOf(path: string, names: readonly string[]): readonly string[] {
  if (names.length === 1) return names;
  throw usage(
    `${path} has ${names.length} columns, and nothing says which holds the samples.`,
    'Name it by its place, --value-column 1; where a comma stands before decimals, say what stands between columns: --delimiter ";".',
  );
}

class Table {
  readonly #path: string;
  readonly #columns: Columns;
  readonly #places: ReadonlyMap<string, number>;
  readonly #sink: SampleSink;
  readonly #numbers: NumberReader;
  readonly #arm: string | undefined;

  constructor(
    { path, arm }: SourceFile,
    columns: Columns,
    names: readonly string[],
    numbers: NumberReader,
    sink: SampleSink,
  ) {
    this.#path = path;
    this.#arm = arm;
    this.#columns = columns;
    this.#numbers = numbers;
    this.#sink = sink;
    this.#places = placesOf(path, names, columns);
    refuseSummaries(path, columns.values, names);
  }

  readonly row: RowReader = (cells, line) => {
    const { values, arm, states, boot, block, batch, divisor } = this.#columns;
    const word = (name: string) => this.#word(cells, line, name);
    const place: Omit<Place, 'arm'> = {
      ...(states.length === 0 ? {} : { state: states.map(word) }),
      ...(boot === undefined ? {} : { boot: word(boot) }),
      ...(block === undefined ? {} : { block: word(block) }),
      ...(batch === undefined ? {} : { batch: word(batch) }),
    };
    const by = divisor === undefined ? 1 : this.#divisor(cells, line, divisor);
    for (const name of values) {
      const own = this.#arm ?? (arm === undefined ? name : word(arm));
      this.#sink.sample({ ...place, arm: [own] }, this.#number(cells, line, name) / by);
    }
  };

  #cell(cells: readonly string[], name: string): string {
    return cells[this.#places.get(name) as number] as string;
  }

  #word(cells: readonly string[], line: number, name: string): string {
    const word = this.#cell(cells, name);
    if (word === '') throw csvError(this.#path, line, `${name} is empty`);
    return word;
  }

  #number(cells: readonly string[], line: number, name: string): number {
    const text = this.#cell(cells, name);
    const value = this.#numbers.read(text, line);
    if (typeof value === 'number') return value;
    throw csvError(
      this.#path,
      line,
      `${name} is ${JSON.stringify(text)}, ${value.what}`,
      value.advice,
    );
  }

  #divisor(cells: readonly string[], line: number, name: string): number {
    const value = this.#number(cells, line, name);
    if (value > 0) return value;
    throw csvError(this.#path, line, `${name} is 0, and nothing can be divided by it`);
  }
}

/** Gives every sample of a table. @throws UserError that names the column or the line */
export async function readColumns(
  file: SourceFile,
  columns: Columns,
  sink: SampleSink,
): Promise<void> {
  const { path, arm } = file;
  checkColumns(columns, arm);
  const read = (names: readonly string[]) => {
    const values = columns.values.length === 0 ? onlyOf(path, names) : columns.values;
    return new Table(file, { ...columns, values }, names, reader, sink).row;
  };
  const comment = columns.comment === 'none' ? undefined : (columns.comment ?? COMMENT);
  const head = await readHead(path);
  const delimiter = columns.delimiter ?? delimiterOf(firstRow(head, comment), columns);
  const reader = new NumberReader(columns.decimal, delimiter);
  let comments = 0;
  await readCsv(path, read, {
    delimiter,
    blankLines: true,
    header: columns.header,
    between: () => sink.room(),
    comments: (lines) => {
      comments = lines;
    },
    ...(comment === undefined ? {} : { comment }),
  });
  const undecided = reader.undecided();
  if (undecided !== undefined) {
    const { line, text, advice } = undecided;
    throw csvError(
      path,
      line,
      `${JSON.stringify(text)} may be a thousand or have three decimals`,
      advice,
    );
  }
  if (reader.foundCommas) sink.warn('Commas stand before the decimals (--decimal , says so).');
  if (comments > 0)
    sink.warn(`${comments} lines that begin with ${comment} were taken for comments.`);
}
