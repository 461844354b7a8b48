/**
 * Documents that have parts made by a program, and who makes them.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { csvParts } from './csv.ts';
import { fillRegions } from './regions.ts';

/** Root of the checkout. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A file of the checkout, as it should be. */
export interface MadeFile {
  /** From the root of the checkout. */
  path: string;
  content: string | Uint8Array;
}

/** Every made file as it should be now. */
export async function madeFiles(): Promise<MadeFile[]> {
  const texts: [string, Record<string, string>][] = [['docs/csv.md', csvParts()]];
  return Promise.all(
    texts.map(async ([path, parts]) => ({
      path,
      content: fillRegions(await readFile(`${ROOT}${path}`, 'utf8'), parts),
    })),
  );
}
