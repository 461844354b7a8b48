/**
 * How a file begins: enough to tell what it is.
 */
import { open } from 'node:fs/promises';
import { UserError } from '../../infra/errors.ts';

const HEAD_BYTES = 1 << 16;

/** The first 64 KiB of a file as text, without a byte order mark. @throws UserError when it cannot be read */
export async function readHead(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new UserError(`Cannot read ${path}: ${(error as Error).message}`, {
      advice: 'Give a file that is there and can be read.',
      cause: error,
    });
  }
}

/** What stands in a file before the first match of its head. */
export function before(head: string, pattern: RegExp): { bytes: number; lines: number } {
  const text = head.slice(0, pattern.exec(head)?.index ?? 0);
  return { bytes: Buffer.byteLength(text), lines: text.split('\n').length - 1 };
}
