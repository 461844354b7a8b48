/**
 * `make coverage`: what gcov counted in a folder of objects, as a table. Exit status 1 when
 * it is too little, 2 when there is nothing to tell.
 *
 *   tsx coverage/main.ts FOLDER [DOCUMENT]    DOCUMENT: a Markdown file to write, too
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type GcovReport, shortcomings, sumLines } from './lines.ts';
import { NATIVE, productSources } from './sources.ts';
import { coverageDocument, textTable } from './table.ts';

async function reportsOf(folder: string, files: string[]): Promise<GcovReport[]> {
  const data = files.filter((file) => file.endsWith('.gcda')).map((file) => join(folder, file));
  if (data.length === 0)
    throw new Error(`${folder} has no counts of gcov: run make -C native coverage`);
  const { stdout } = await execa(
    process.env.GCOV ?? 'gcov',
    ['--json-format', '--stdout', ...data],
    {
      cwd: NATIVE,
      maxBuffer: 2 ** 28,
    },
  );
  return stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line) as GcovReport] : []));
}

async function main([folder, document]: string[]): Promise<number> {
  if (!folder) throw new Error('which folder of objects? make -C native coverage names it');
  const made = await readdir(folder, { recursive: true });
  /* objects/KIND/FILE.o: all that is made there is linked with a test. */
  const linked = new Set(
    made.map((file) => file.replace(/^objects\/[^/]+\//, '').replace(/\.o$/, '.c')),
  );
  const files = sumLines(await reportsOf(folder, made), await productSources(), linked);
  console.log(textTable(files));
  const wrong = shortcomings(files);
  for (const sentence of wrong) console.error(`coverage: ${sentence}`);
  if (wrong.length > 0) return 1;
  if (document) await writeFile(document, coverageDocument(files));
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`coverage: ${error.message}`);
  return 2;
});
