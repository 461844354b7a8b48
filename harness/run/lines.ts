/**
 * Lines of text out of chunks of bytes, and a bounded memory of them.
 */

/** Longest unfinished line that is kept, in characters. */
const MAX_LINE = 4096;

/** Splits a stream into lines, without control characters. */
export class LineSplitter {
  #rest = '';

  /** The lines that a chunk completes. */
  push(chunk: Uint8Array): string[] {
    const lines = (this.#rest + Buffer.from(chunk).toString('latin1')).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-MAX_LINE);
    return lines.map(printable);
  }

  /** What stands after the last newline. */
  get rest(): string {
    return printable(this.#rest);
  }
}

/** Text without control characters and without blanks at its ends. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').trim();
}

/** Keeps the last lines. */
export class Tail {
  readonly #limit: number;
  #lines: string[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(line: string): void {
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > this.#limit) this.#lines.shift();
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}

/** The last few lines of a console for an error message, each indented; empty when there are none. */
export function quoteTail(lines: readonly string[], { count = 8, whose = 'its' } = {}): string {
  if (lines.length === 0) return '';
  return `\nLast lines of ${whose} console:\n${lines
    .slice(-count)
    .map((line) => `  | ${line}`)
    .join('\n')}`;
}
