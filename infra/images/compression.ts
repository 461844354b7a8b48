/**
 * How Debian compresses kernels and modules: xz in Debian 12, Zstandard (of the kernel) in Debian 13.
 * Node 20 knows neither.
 */
import { dirname } from 'node:path';
import type { Tools } from '../tools/tools.ts';

/** A compression, by the name of the program that undoes it, which is its file name's ending in `SUFFIXES`. */
export type Compression = 'xz' | 'zstd';

/** First bytes of a stream (xz-file-format.txt, section 2.1.1; RFC 8878, section 3.1.1). */
const MAGIC: Readonly<Record<Compression, readonly number[]>> = {
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

/** Endings of names of compressed files. */
export const SUFFIXES: Readonly<Record<Compression, string>> = { xz: '.xz', zstd: '.zst' };

/** How a stream is compressed; undefined: in none of these ways. */
export function compressionOf(stream: Uint8Array): Compression | undefined {
  const all = Object.keys(MAGIC) as Compression[];
  return all.find((name) => MAGIC[name].every((byte, index) => stream[index] === byte));
}

/**
 * Replaces a compressed file by what it holds, under its name without the ending.
 * @throws UserError when its program is missing, or the file is damaged
 */
export async function decompressFile(
  tools: Pick<Tools, 'run'>,
  path: string,
  compression: Compression,
  signal?: AbortSignal,
): Promise<void> {
  const quiet = compression === 'zstd' ? ['--quiet', '--rm'] : [];
  const folders = [dirname(path)];
  await tools.run(compression, ['--decompress', ...quiet, path], { folders, signal });
}
