/**
 * JSON documents that a command leaves for others to commit.
 */
import { writeFile } from 'node:fs/promises';
import { UserError } from '../../../infra/errors.ts';

/** Writes a document. @throws UserError when the disk does not take it */
export async function writeDocument(path: string, document: object): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(document, null, 2)}\n`);
  } catch (cause) {
    throw new UserError(`Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
