/** The C files of the product: all of native/ but its tests. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** native/ itself. */
export const NATIVE = fileURLToPath(new URL('..', import.meta.url));

/** Relative to native/, in order. What `make` leaves in its default folder, out/, is not of it. */
export async function productSources(): Promise<string[]> {
  const found = await readdir(NATIVE, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && entry.name.endsWith('.c'))
    .map((entry) => relative(NATIVE, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(tests|out)\//.test(file))
    .sort();
}
