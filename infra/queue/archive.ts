/**
 * Unpacks an archive that somebody else made. It is read once before anything is written: it may hold files
 * and folders and nothing else, since a link or a pipe would act on whoever reads the result.
 */
import { createReadStream } from 'node:fs';
import { isAbsolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, Parser, type ReadEntry } from 'tar';
import { messageOf } from '../errors.ts';

/** What an archive may be unpacked, headers included, in bytes; and how many entries it may have. */
export interface ArchiveLimits {
  bytes: number;
  entries: number;
}

/** Far more than any result has. */
export const ARCHIVE_LIMITS: ArchiveLimits = { bytes: 1024 ** 3, entries: 10_000 };

/** Types of entries that are unpacked, as the package names those of ustar, V7 and pax archives. */
const TYPES: readonly string[] = ['File', 'OldFile', 'Directory'];

function faultOf({ path, type, meta }: ReadEntry): string | undefined {
  if (meta) return undefined;
  if (!TYPES.includes(type)) {
    return `${path} is a ${type}, and there may be files and folders alone`;
  }
  if (isAbsolute(path) || path.split('/').includes('..')) return `${path} leads out of its folder`;
  return undefined;
}

/**
 * Reads an archive without unpacking it.
 * @throws Error that says what is wrong with it
 */
export async function checkArchive(
  file: string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
  signal?: AbortSignal,
): Promise<void> {
  let fault: string | undefined;
  let entries = 0;
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      entries += 1;
      fault ??= entries > limits.entries ? `more than ${limits.entries} entries` : faultOf(entry);
      entry.resume();
    },
  });
  parser.on('error', (error: Error) => {
    fault ??= error.message;
  });
  try {
    await pipeline(
      createReadStream(file),
      createGunzip(),
      async (unpacked: AsyncIterable<Buffer>) => {
        let bytes = 0;
        for await (const chunk of unpacked) {
          bytes += chunk.length;
          if (bytes > limits.bytes) fault ??= `more than ${limits.bytes / 1024 ** 2} MiB`;
          else parser.write(chunk);
          if (fault !== undefined) return;
        }
        parser.end();
      },
      { signal },
    );
  } catch (error) {
    signal?.throwIfAborted();
    fault ??= messageOf(error);
  }
  if (fault !== undefined) throw new Error(fault);
}

/** Unpacks an archive that was checked into a folder that is there. Owners, times and modes are the reader's. */
export async function unpackArchive(file: string, folder: string): Promise<void> {
  await extract({
    file,
    cwd: folder,
    strict: true,
    preserveOwner: false,
    noMtime: true,
    noChmod: true,
    filter(_path, entry) {
      entry.mode = 'type' in entry && entry.type === 'Directory' ? 0o777 : 0o666;
      return 'type' in entry && TYPES.includes(entry.type);
    },
  });
}
