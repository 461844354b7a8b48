/**
 * Documents that have parts made by a program, and who makes them.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { calibrationParts } from './calibration.ts';
import { csvParts } from './csv.ts';
import { importParts } from './import.ts';
import { PICTURES, readmeParts } from './readme.ts';
import { readReference } from './reference.ts';
import { fillRegions } from './regions.ts';
import { readSeedRuns } from './seed-runs.ts';

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
  const reference = await readReference(ROOT);
  const texts: [string, Record<string, string>][] = [
    ['README.md', readmeParts(reference, await readSeedRuns(ROOT))],
    ['docs/calibration.md', calibrationParts().tables],
    ['docs/statistics.md', calibrationParts().figures],
    ['docs/csv.md', csvParts()],
    ['docs/import.md', importParts()],
  ];
  const documents = texts.map(async ([path, parts]) => ({
    path,
    content: fillRegions(await readFile(`${ROOT}${path}`, 'utf8'), parts),
  }));
  const pictures = Object.entries(PICTURES).map(async ([id, path]) => ({
    path,
    content: await reference.png(id),
  }));
  return Promise.all([...documents, ...pictures]);
}
