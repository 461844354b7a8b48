/**
 * Reads CSV as RFC 4180 has it, row by row: lines end in LF or CRLF, the first one names the columns, and
 * every other has as many cells. Anything else is an error that names its line.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../../infra/errors.ts';
import { cellText } from './cells.ts';

/** A row: its cells as text, and the number of the line it begins on, from 1. */
export type RowReader = (cells: readonly string[], line: number) => void;

/** Characters of the longest row: far more than any has. Of a quote without its end no more is kept. */
const LONGEST_ROW = 1024 * 1024;

/** How a file that is none of ours may differ from RFC 4180. */
export interface CsvDialect {
  /** What stands between cells; a comma without it. */
  delimiter?: string;
  /** Lines that begin so hold no row; without it, every line does. */
  comment?: string;
  /** What stands before the header, and is not read. */
  preamble?: { bytes: number; lines: number };
  /** Lines without anything on them hold no row. */
  blankLines?: boolean;
  /** `false`: the first row is one of samples; columns are named by their places, from 1. */
  header?: boolean;
}

/** How a file is read. */
export interface CsvOptions extends CsvDialect {
  /** The file must end in a line end, as every file of a result does. */
  whole?: boolean;
  /** Awaited between two parts of the file: a writer of what was read has room for the next one. */
  between?: () => Promise<void>;
  /** Is told how many lines were comments. */
  comments?: (lines: number) => void;
}

/** What is wrong with a file, and where. */
export function csvError(path: string, line: number, what: string, advice?: string): UserError {
  return new UserError(`${path}, line ${line}: ${what}.`, {
    advice: advice ?? 'Restore the file, or write it again.',
  });
}

/** What the package says of text that is no CSV, in our words. */
function faultOf({ code }: CsvError): string {
  return code === 'CSV_MAX_RECORD_SIZE'
    ? 'a row of more than 1 MiB, or a quotation mark without a second one'
    : 'a quotation mark out of its place';
}

function lineEndsIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
}

/**
 * Reads a CSV file. `begin` gets the names of the columns and gives the reader of its rows.
 * @throws UserError that names the file and the line
 */
export async function readCsv(
  path: string,
  begin: (columns: readonly string[]) => RowReader,
  {
    whole = false,
    header = true,
    preamble = { bytes: 0, lines: 0 },
    between,
    comments,
    ...dialect
  }: CsvOptions = {},
): Promise<void> {
  let columns: readonly string[] | undefined;
  let reader: RowReader = () => {};
  let line = preamble.lines + 1;
  let commentLines = 0;
  const take = (record: string[], info: { lines: number; comment_lines: number }) => {
    const lines = preamble.lines + info.lines;
    commentLines = info.comment_lines;
    const cells = record.map(cellText);
    // Comments and blank lines may stand between two rows.
    if (lines > line) line = lines - lineEndsIn(cells);
    if (columns === undefined) {
      columns = header ? cells : cells.map((_, place) => String(place + 1));
      reader = begin(columns);
      if (!header) reader(cells, line);
    } else if (cells.length !== columns.length) {
      throw csvError(path, line, `${cells.length} cells where ${columns.length} are named`);
    } else {
      reader(cells, line);
    }
    line = lines + 1;
    return null;
  };
  const parser = parse({
    bom: true,
    record_delimiter: ['\n', '\r\n'],
    relax_column_count: true,
    ...(dialect.delimiter === undefined ? {} : { delimiter: dialect.delimiter }),
    ...(dialect.comment === undefined ? {} : { comment: dialect.comment, comment_no_infix: true }),
    skip_empty_lines: dialect.blankLines ?? false,
    max_record_size: LONGEST_ROW,
    on_record: take,
  });
  // Every record has been taken: nothing comes out of it but its end.
  const parsed = finished(parser.resume());
  parsed.catch(() => {});
  let last = '';
  try {
    const text = createReadStream(path, {
      encoding: 'utf8',
      highWaterMark: 1 << 20,
      start: preamble.bytes,
    });
    for await (const chunk of text as AsyncIterable<string>) {
      last = chunk.at(-1) ?? last;
      if (!parser.write(chunk)) await Promise.race([once(parser, 'drain'), parsed]);
      await between?.();
    }
    parser.end();
    await parsed;
    comments?.(commentLines);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof CsvError) throw csvError(path, line, faultOf(error));
    throw new UserError(`Cannot read ${path}: ${(error as Error).message}`, {
      advice: 'Give a CSV file that is there and can be read.',
      cause: error,
    });
  } finally {
    parser.destroy();
  }
  if (columns === undefined) throw csvError(path, 1, 'the file is empty');
  if (whole && last !== '\n') {
    throw new UserError(`${path} is cut: its last line does not end.`, {
      advice: 'Restore the file, or run again.',
    });
  }
}
