/** SHA-256 of files and of named inputs, in lower-case hex. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of bytes or of a text in UTF-8. */
export function hashOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of a file's content. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** SHA-256 of a set of named values, whatever order they were written in. */
export function hashInputs(inputs: Readonly<Record<string, string>>): string {
  const names = Object.keys(inputs).sort();
  return hashOf(JSON.stringify(names.map((name) => [name, inputs[name]])));
}

/** Regular files below a folder, as sorted paths relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/**
 * SHA-256 over the names and contents of the files below a folder.
 * @param skip leaves a file out, by its path relative to the folder.
 */
export async function hashFolder(
  folder: string,
  skip: (path: string) => boolean = () => false,
): Promise<string> {
  const inputs: Record<string, string> = {};
  for (const path of await filesBelow(folder)) {
    if (!skip(path)) inputs[path] = await hashFile(join(folder, path));
  }
  return hashInputs(inputs);
}
