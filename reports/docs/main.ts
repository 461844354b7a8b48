/**
 * `npm run docs`: writes the made parts of README.md and docs/, and the pictures in docs/images, anew.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madeFiles, ROOT } from './documents.ts';

for (const { path, content } of await madeFiles()) {
  const before = await readFile(join(ROOT, path)).catch(() => undefined);
  if (before?.equals(Buffer.from(content as string)) === true) continue;
  await writeFile(join(ROOT, path), content);
  process.stdout.write(`${path} written\n`);
}
