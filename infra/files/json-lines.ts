/** Lines of JSON in a file, one appended after the other, so that an interrupted command goes on where it was. */
import { appendFile, readFile } from 'node:fs/promises';

/** What a file had when it was opened, and the way to add to it. */
export interface JsonLines<T> {
  before: readonly T[];
  add(line: T): Promise<void>;
}

/** Opens such a file, which need not be there. A line that a power cut tore is passed over. */
export async function openJsonLines<T>(file: string): Promise<JsonLines<T>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await appendFile(file, '\n');
  const before = whole.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as T];
    } catch {
      return [];
    }
  });
  return { before, add: (line) => appendFile(file, `${JSON.stringify(line)}\n`) };
}
