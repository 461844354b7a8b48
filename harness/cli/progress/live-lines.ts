/**
 * The lines at the bottom of a terminal that are drawn over and over, and where the cursor is: at the
 * end of the last of them. Each frame is one write, so that a terminal shows it whole.
 */
import type { Sink } from '../output.ts';

/** A line as it is drawn, and the columns that it takes. */
export interface DrawnLine {
  text: string;
  columns: number;
}

const CLEAR_LINE = '\r\x1b[2K';
const UP = '\x1b[1A';
/** What is wider than we count is cut by the terminal, and not continued on another line. */
const WRAP_OFF = '\x1b[?7l';
const WRAP_ON = '\x1b[?7h';

/** What stands at the bottom of one terminal. */
export class LiveLines {
  readonly #sink: Sink;
  #drawn: readonly DrawnLine[] = [];
  #frame = '';

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** A terminal that does not know its size says 0: one over ssh, or a serial console. */
  get #width(): number {
    return this.#sink.columns || 80;
  }

  /** Columns that a line may take: the last one stays free, or the cursor would hang at its edge. */
  get columns(): number {
    return Math.max(1, this.#width - 1);
  }

  /** Lines that may be shown; one row stays for what is said above them. */
  get rows(): number {
    return Math.max(1, (this.#sink.rows || 24) - 1);
  }

  /** Draws these lines in the place of those before. */
  draw(lines: readonly DrawnLine[]): void {
    if (this.#frameOf(lines) !== this.#frame) this.#write('', lines);
  }

  /** Says a text that stays, above these lines. */
  above(text: string, lines: readonly DrawnLine[]): void {
    this.#write(`${text}\n`, lines);
  }

  #frameOf(lines: readonly DrawnLine[]): string {
    return `${this.columns} ${lines.map(({ text }) => text).join('\n')}`;
  }

  #write(above: string, lines: readonly DrawnLine[]): void {
    const erase = this.#erase();
    const drawn =
      lines.length === 0 ? '' : `${WRAP_OFF}${lines.map(({ text }) => text).join('\n')}${WRAP_ON}`;
    const all = erase + above + drawn;
    if (all !== '') this.#sink.write(all);
    this.#drawn = lines;
    this.#frame = this.#frameOf(lines);
  }

  /** Moves to where the first line began. A terminal made narrower has continued lines on others. */
  #erase(): string {
    if (this.#drawn.length === 0) return '';
    const width = this.#width;
    const rows = this.#drawn
      .map(({ columns }) => Math.max(1, Math.ceil(columns / width)))
      .reduce((sum, count) => sum + count);
    return CLEAR_LINE + `${UP}${CLEAR_LINE}`.repeat(rows - 1);
  }
}
