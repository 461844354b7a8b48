/**
 * Names of arms and circumstances that somebody else chose: whatever they hold, they are one line of visible
 * text afterwards, and no two of them become one.
 */

const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;
const DELETE_PICTURE = '\u2421';

/** Control characters (Unicode, Cc), and what a terminal would turn text around with (UAX #9). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function pictureOf(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return code === DELETE
    ? DELETE_PICTURE
    : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** The name with a picture in the place of each character that cannot be seen: ␀ for NUL, ␊ for a line end. */
export function visible(name: string): string {
  return name.replace(/\p{Surrogate}/gu, '\ufffd').replace(INVISIBLE, pictureOf);
}

/** Makes names of their parts, and knows what each was made of. */
export class Names {
  readonly #made = new Map<string, string>();
  readonly #known = new Map<string, string>();

  /**
   * A name of one or several parts, with commas between them.
   * @returns undefined when other parts have made the same name already
   */
  of(parts: readonly string[]): string | undefined {
    const source = parts.length === 1 ? (parts[0] as string) : JSON.stringify(parts);
    const known = this.#known.get(source);
    if (known !== undefined) return known;
    const name = visible(parts.join(', '));
    if (this.#made.has(name)) return undefined;
    this.#made.set(name, source);
    this.#known.set(source, name);
    return name;
  }
}
