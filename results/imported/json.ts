/**
 * Reads JSON and JSON Lines whole: files of benchmark tools are small beside what they measured.
 */
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../../infra/errors.ts';

/** Bytes of the largest file: its text and its values are in memory at once. */
const LARGEST = 256 * 2 ** 20;

function linesOf(text: string): unknown[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length < 2) return undefined;
  try {
    return lines.map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

/**
 * The document in a file; of JSON Lines the list of its lines.
 * @throws UserError for what is neither, or too large
 */
export async function readJson(path: string): Promise<unknown> {
  const { size } = await stat(path);
  if (size > LARGEST) {
    throw new UserError(
      `${path} is JSON of ${Math.round(size / 2 ** 20)} MiB; at most ${LARGEST / 2 ** 20} are read.`,
      {
        advice: 'Write its samples as CSV, a row a sample, which is read however long it is.',
      },
    );
  }
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const lines = linesOf(text);
    if (lines !== undefined) return lines;
    throw new UserError(`${path} begins as JSON, and is none: ${(cause as Error).message}`, {
      advice: 'Have the tool write it again, whole.',
      cause,
    });
  }
}
