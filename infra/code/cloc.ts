/**
 * Counts lines with cloc (npm package `cloc`, which needs perl): exactly the files of a list, none left
 * out for being like another one (`--skip-uniqueness`).
 */
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { command } from '../process/command.ts';

const require = createRequire(import.meta.url);

/** cloc's program. */
export const CLOC = require.resolve('cloc/lib/cloc');

/** Name and version of the counter. */
export const CLOC_VERSION = `cloc ${(require('cloc/package.json') as { version: string }).version}`;

/** Lines of one file. They add up to its physical lines. */
export interface CountedFile {
  /** As it was given. */
  path: string;
  /** As cloc names it: `C`, `C/C++ Header`, `Assembly`, … */
  language: string;
  blank: number;
  comment: number;
  code: number;
}

/** What cloc is told besides the list. */
export const CLOC_OPTIONS = [
  '--skip-uniqueness',
  '--by-file',
  '--json',
  '--quiet',
  '--timeout=0',
  // A linker's script, whose comments are C's, is in no language that cloc knows.
  '--force-lang=C,lds',
] as const;

type Report = Record<string, Omit<CountedFile, 'path'>>;

/** Reads cloc's report by file. */
export function parseReport(json: string): CountedFile[] {
  if (json.trim() === '') return [];
  const { header: _header, SUM: _sum, ...files } = JSON.parse(json) as Report;
  return Object.entries(files).map(([path, { language, blank, comment, code }]) => ({
    ...{ path, language, blank, comment, code },
  }));
}

/**
 * Counts the lines of files. Files that are empty, or in no language that cloc knows, are left out.
 * @param paths absolute, or relative to `folder`
 * @param scratch a folder for the list
 */
export async function countFiles(
  paths: readonly string[],
  {
    folder,
    scratch,
    signal,
  }: { folder: string; scratch: string; signal?: AbortSignal | undefined },
): Promise<CountedFile[]> {
  const list = join(scratch, 'files.txt');
  await writeFile(list, paths.map((path) => `${path}\n`).join(''));
  const { stdout } = await command('perl', [CLOC, ...CLOC_OPTIONS, `--list-file=${list}`], {
    cwd: folder,
    signal,
  });
  const counted = new Map(parseReport(stdout).map((file) => [file.path, file]));
  return paths.flatMap((path) => counted.get(path) ?? []);
}
