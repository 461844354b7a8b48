/**
 * The code that the arms run on, as files and their lines.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cache, fileOf } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import { nativeEntry } from '../images/images.ts';
import type { LinkedPrograms } from '../images/native.ts';
import type { Progress } from '../testbed.ts';
import { type CountedFile, countFiles } from './cloc.ts';

/** A list of files, each with its hash and its lines. */
export type HashedFile = CountedFile & { sha256: string };

/** What code can be counted. */
export interface CodeBase {
  /** Files that the build of a program of native/ read: sources and headers. */
  linked(program: keyof LinkedPrograms, signal?: AbortSignal): Promise<HashedFile[]>;
}

/** Folder of the repository. */
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** The code base of what this machine builds. */
export function createCodeBase(progress: Progress): CodeBase {
  const cache = new Cache(cacheRoot(), progress);
  return {
    async linked(program, signal) {
      const entry = await nativeEntry(cache, 0, signal);
      const text = await readFile(fileOf(entry, 'linked.json'), 'utf8');
      const { files } = (JSON.parse(text) as LinkedPrograms)[program];
      const scratch = await mkdtemp(join(tmpdir(), 'tinyvmi-cloc-'));
      try {
        const paths = files.map(({ path }) => path);
        const counted = await countFiles(paths, { folder: REPOSITORY, scratch, signal });
        return counted.map((file, i) => ({ ...file, sha256: files[i]?.sha256 ?? '' }));
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}
