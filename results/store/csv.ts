/**
 * Reads CSV as RFC 4180 has it, row by row, fast enough for millions: lines end in LF or CRLF, the
 * first one names the columns, and every other has as many cells. Anything else is an error that
 * names its line.
 */
import { createReadStream } from 'node:fs';
import { UserError } from '../../infra/errors.ts';

/** A row: its cells as text, and the number of the line it begins on, from 1. */
export type RowReader = (cells: readonly string[], line: number) => void;

const QUOTE = '"';

/** What is wrong with a file, and where. */
export function csvError(path: string, line: number, what: string, advice?: string): UserError {
  return new UserError(`${path}, line ${line}: ${what}.`, {
    advice: advice ?? 'Restore the file, or write it again.',
  });
}

/** Splits text into records as it comes. */
class Splitter {
  #rest = '';
  #line = 1;
  readonly #path: string;
  readonly #record: RowReader;

  constructor(path: string, record: RowReader) {
    this.#path = path;
    this.#record = record;
  }

  add(text: string): void {
    const all = this.#rest + text;
    let at = 0;
    for (;;) {
      const end = this.#endOfRecord(all, at);
      if (end < 0) break;
      this.#take(all.slice(at, end));
      at = end + 1;
    }
    this.#rest = all.slice(at);
  }

  /** The last record, when no line end follows it. @returns whether there was one */
  end(): boolean {
    if (this.#rest === '') return false;
    this.#take(this.#rest);
    return true;
  }

  /** Place of the line feed that ends the record, outside of quotes; -1 when it is not there yet. */
  #endOfRecord(text: string, from: number): number {
    const first = text.indexOf('\n', from);
    if (first < 0 || !text.slice(from, first).includes(QUOTE)) return first;
    let quoted = false;
    for (let i = from; i < text.length; i++) {
      const character = text[i];
      if (character === QUOTE) quoted = !quoted;
      else if (character === '\n' && !quoted) return i;
    }
    return -1;
  }

  #take(record: string): void {
    const text = record.endsWith('\r') ? record.slice(0, -1) : record;
    const line = this.#line;
    this.#line += 1;
    if (!text.includes(QUOTE)) {
      this.#record(text.split(','), line);
      return;
    }
    for (const character of text) if (character === '\n') this.#line++;
    this.#record(this.#quotedCells(text, line), line);
  }

  #quotedCells(text: string, line: number): string[] {
    const cells: string[] = [];
    const cell = /("(?:[^"]|"")*"|[^",]*)(,|$)/y;
    for (let at = 0, more = true; more; ) {
      cell.lastIndex = at;
      const match = cell.exec(text);
      if (match === null) throw csvError(this.#path, line, 'a quotation mark out of its place');
      const [whole, content = '', comma] = match;
      cells.push(
        content.startsWith(QUOTE) ? content.slice(1, -1).replaceAll('""', QUOTE) : content,
      );
      at += whole.length;
      more = comma === ',';
    }
    return cells;
  }
}

/**
 * Reads a CSV file. `begin` gets the names of the columns and gives the reader of its rows.
 * @param options `whole`: the file must end in a line end, as every file of a result does
 * @throws UserError that names the file and the line
 */
export async function readCsv(
  path: string,
  begin: (columns: readonly string[]) => RowReader,
  { whole = false } = {},
): Promise<void> {
  let columns: readonly string[] | undefined;
  let reader: RowReader = () => {};
  const splitter = new Splitter(path, (cells, line) => {
    if (columns === undefined) {
      columns = cells;
      reader = begin(cells);
    } else if (cells.length !== columns.length) {
      throw csvError(path, line, `${cells.length} cells where ${columns.length} are named`);
    } else {
      reader(cells, line);
    }
  });
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 });
  let first = true;
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      splitter.add(first ? chunk.replace(/^\uFEFF/, '') : chunk);
      first = false;
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot read ${path}: ${(error as Error).message}`, {
      advice: 'Give a CSV file that is there and can be read.',
      cause: error,
    });
  }
  const cut = splitter.end();
  if (columns === undefined) throw csvError(path, 1, 'the file is empty');
  if (cut && whole) {
    throw new UserError(`${path} is cut: its last line does not end.`, {
      advice: 'Restore the file, or run again.',
    });
  }
}
