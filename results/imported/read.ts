/**
 * Reads an imported result back.
 */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkImported } from '../schema/validate.ts';
import { checkFiles, readDocument } from '../store/reader.ts';
import type { Imported } from './types.ts';

/** The file that makes a folder an imported result. */
export const IMPORTED_FILE = 'imported.json';

/** Whether a folder holds an imported result. */
export async function isImported(folder: string): Promise<boolean> {
  const info = await stat(join(folder, IMPORTED_FILE)).catch(() => undefined);
  return info?.isFile() ?? false;
}

/** Reads it and checks its schema and its samples' hash. @throws UserError */
export async function readImported(path: string): Promise<{ folder: string; imported: Imported }> {
  const folder = resolve(path);
  const { value } = await readDocument(folder, IMPORTED_FILE, checkImported);
  await checkFiles(folder, value.files);
  return { folder, imported: value };
}
