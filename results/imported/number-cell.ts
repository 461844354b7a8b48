/**
 * Numbers as files of samples have them: written in decimal, with a point or, in the export of a spreadsheet,
 * a comma before the decimals. A sign that may mean two things is never read as one of them in silence.
 */

/** A plain decimal number: no hexadecimal, no separators of thousands, no infinity. */
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** The same with a comma before its decimals. */
const WITH_COMMA = /^[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?$/;
/** As a thousand is written in one country, and three decimals in another. */
const DOUBTFUL = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
const THOUSANDS = /^[+-]?\d{1,3}([.,' \u00a0\u202f]\d{3})+([.,]\d*)?$/;

/** What stands before the decimals. */
export const DECIMAL_SIGNS = ['.', ','] as const;

/** One of them. */
export type DecimalSign = (typeof DECIMAL_SIGNS)[number];

/** What is wrong with a number, as the end of a sentence, and what to do. */
export interface NumberFault {
  what: string;
  advice?: string;
}

const TAKE_OUT = 'Take the row out, or mend it: nothing is dropped silently.';
const SAY_SIGN =
  'Say which sign stands before the decimals: --decimal , or --decimal . — and write no separators of thousands.';

/** What a text is that is no plain number. */
function faultOfText(text: string): NumberFault {
  if (/^[+-]?0[xX]/.test(text))
    return { what: 'written in hexadecimal', advice: 'Write it in decimal.' };
  if (THOUSANDS.test(text)) return { what: 'written with separators', advice: SAY_SIGN };
  return { what: 'not a number', advice: TAKE_OUT };
}

/** A number that a cost can be. @returns what is wrong with one that it cannot */
function costOf(text: string): number | NumberFault {
  const value = Number(text);
  if (value < 0) return { what: 'below zero, which no cost is', advice: TAKE_OUT };
  const advice = 'Give the samples in another unit.';
  if (!Number.isFinite(value)) return { what: 'too large for a number of 64 bits', advice };
  if (value === 0 && /[1-9]/.test(text.replace(/e.*/i, ''))) {
    return { what: 'too small for a number of 64 bits', advice };
  }
  return value;
}

/** Reads the numbers of one file, which are all written in one way. */
export class NumberReader {
  readonly #said: DecimalSign | undefined;
  readonly #commaMayBe: boolean;
  /** The first number that shows what stands before the decimals, by that sign. */
  readonly #sure = new Map<DecimalSign, string>();
  /** The first number whose sign may stand before decimals or after thousands, by that sign. */
  readonly #doubtful = new Map<DecimalSign, { text: string; line: number }>();
  readonly #pointMayPart: boolean;

  /**
   * @param said the sign before the decimals, where the user says it
   * @param separator what stands between the cells: where that is a comma, none stands in a number
   */
  constructor(said: DecimalSign | undefined, separator: string) {
    this.#said = said;
    this.#commaMayBe = said === ',' || (said === undefined && separator !== ',');
    // Semicolons part the cells where commas part the decimals.
    this.#pointMayPart = said === undefined && separator === ';';
  }

  /** Whether commas were taken for the sign before the decimals without being told so. */
  get foundCommas(): boolean {
    return this.#said === undefined && this.#sure.has(',');
  }

  /** A cost: a finite number from zero up. @returns what is wrong with one that is none */
  read(cell: string, line: number): number | NumberFault {
    const text = cell.trim();
    if (PLAIN.test(text)) {
      if (this.#commaMayBe && text.includes('.')) {
        if (this.#said === ',') return { what: 'written with a point', advice: SAY_SIGN };
        if (!this.#agrees('.', text, line)) return this.#otherwise('.');
      }
      return costOf(text);
    }
    if (!this.#commaMayBe || !WITH_COMMA.test(text)) return faultOfText(text);
    if (!this.#agrees(',', text, line)) return this.#otherwise(',');
    return costOf(text.replace(',', '.'));
  }

  /**
   * The first number that no other one of the file explains: its comma or point may stand before decimals or
   * after thousands.
   */
  undecided(): { text: string; line: number; advice: string } | undefined {
    if (this.#said !== undefined) return undefined;
    for (const [sign, found] of this.#doubtful) {
      if (!this.#sure.has(sign)) return { ...found, advice: SAY_SIGN };
    }
    return undefined;
  }

  /** Notes what a number shows. @returns whether it is written as those before it */
  #agrees(sign: DecimalSign, text: string, line: number): boolean {
    const mayPart = sign === ',' || this.#pointMayPart;
    if (mayPart && DOUBTFUL.test(text)) {
      if (!this.#doubtful.has(sign)) this.#doubtful.set(sign, { text, line });
      return true;
    }
    if (!this.#sure.has(sign)) this.#sure.set(sign, text);
    return this.#sure.size === 1;
  }

  #otherwise(sign: DecimalSign): NumberFault {
    const other = JSON.stringify(this.#sure.get(sign === ',' ? '.' : ','));
    return { what: `written in another way than ${other} before it`, advice: SAY_SIGN };
  }
}
