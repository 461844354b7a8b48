/** A terminal for tests: shows what its columns and rows would, and what scrolled out above them. */
import type { Sink } from '../../output.ts';

/** What may follow an escape: attributes, wrapping, a line up, a line cleared. */
const SEQUENCE = /^\[(\??\d*)([A-Za-z])/;

/** A screen that is written to. */
export class Screen implements Sink {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Whether a line was ever continued on the next one. */
  wrapped = false;
  writes = 0;
  /** Every line since the start; the last `rows` of them can be reached. */
  #lines: string[] = [''];
  #row = 0;
  #column = 0;
  #wraps = true;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }

  /** What is to be seen, and above it what scrolled out. */
  get text(): string {
    return this.#lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** Where the cursor is: lines since the start, and columns. */
  get cursor(): [row: number, column: number] {
    return [this.#row, this.#column];
  }

  write(text: string): void {
    this.writes++;
    let rest = text;
    while (rest !== '') {
      const first = rest[0] as string;
      rest = rest.slice(1);
      if (first === '\x1b') {
        const [whole = '', parameter, command] = SEQUENCE.exec(rest) ?? [];
        this.#obey(`${parameter}${command}`);
        rest = rest.slice(whole.length);
      } else {
        this.#put(first);
      }
    }
  }

  #obey(command: string): void {
    const top = Math.max(0, this.#lines.length - this.rows);
    if (command === '1A') this.#row = Math.max(top, this.#row - 1);
    else if (command === '2K') this.#lines[this.#row] = '';
    else if (command === '?7l') this.#wraps = false;
    else if (command === '?7h') this.#wraps = true;
    else if (!command.endsWith('m')) throw new Error(`the screen does not know ${command}`);
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#newLine();
    else {
      if (this.#column === this.columns) {
        if (this.#wraps) {
          this.wrapped = true;
          this.#newLine();
        } else this.#column--;
      }
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
      this.#lines[this.#row] =
        line.slice(0, this.#column) + character + line.slice(this.#column + 1);
      this.#column++;
    }
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }
}
