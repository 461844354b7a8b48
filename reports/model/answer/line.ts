/**
 * The answer on one line of a terminal: as much of it as fits, and never more.
 */
import type { Caveat } from '../../../bench/answer.ts';

/** Most characters of the line. */
export const MOST_CHARACTERS = 200;

/** Text on one line, without what would move a terminal's cursor. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
}

/** Text cut between words, with a sign that it was. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const kept = characters.slice(0, most - 1).join('');
  const end = kept.lastIndexOf(' ');
  return `${(end > most / 2 ? kept.slice(0, end) : kept).replace(/[\s,;:.(]+$/, '')}…`;
}

const fits = (text: string) => [...text].length <= MOST_CHARACTERS;

/**
 * The longest of the sentences that fits with its caveats; the first caveat stays longest.
 * @param sentences the same answer, from the fullest to the shortest
 */
export function lineOf(sentences: readonly string[], caveats: readonly Caveat[]): string {
  const short = caveats.map((caveat) => caveat.short).filter((text) => text !== '');
  for (const said of [short, short.slice(0, 1)]) {
    for (const sentence of sentences) {
      const line = oneLine([sentence, ...said].join(' '));
      if (fits(line)) return line;
    }
  }
  return cut(oneLine(sentences.at(-1) ?? ''), MOST_CHARACTERS);
}
