/**
 * A folder on its way through Redis: a compressed tar archive, in pieces that are elements of a list
 * which expires by itself. It is unpacked when all of it is here, its hash fits, and it holds nothing but
 * files and folders (archive.ts).
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Redis } from 'ioredis';
import { messageOf, UserError } from '../errors.ts';
import { ARCHIVE_LIMITS, checkArchive, unpackArchive } from './archive.ts';
import { KEY_PREFIX } from './connection.ts';
import { KEPT_SECONDS } from './jobs.ts';

/** Far below Redis's limit of a string (512 MB); a piece is all of it that is in memory here. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** What a Redis of usual size has room for. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Bytes of files, of which an archive, headers and padding included, is within the bound on the other side. */
const LARGEST_FOLDER = ARCHIVE_LIMITS.bytes - 64 * 1024 ** 2;

/** Where a folder is, and what it is. */
export interface Parcel {
  key: string;
  pieces: number;
  bytes: number;
  sha256: string;
}

const KEY = new RegExp(`^${KEY_PREFIX}:parcel:[0-9a-f-]{36}$`);
const HASH = /^[0-9a-f]{64}$/;

/** Whether the engine's return value is one, of a size that is taken. */
export function isParcel(value: unknown): value is Parcel {
  const { key, pieces, bytes, sha256 } = (value ?? {}) as Partial<Parcel>;
  const isCount = (count: unknown, most: number) =>
    Number.isSafeInteger(count) && (count as number) > 0 && (count as number) <= most;
  return (
    typeof key === 'string' &&
    KEY.test(key) &&
    isCount(bytes, MAX_BYTES) &&
    isCount(pieces, bytes as number) &&
    typeof sha256 === 'string' &&
    HASH.test(sha256)
  );
}

async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    if (size < PIECE_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

/** Bytes of all files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(
    async ({ parentPath, name }) => (await stat(join(parentPath, name))).size,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Puts a folder's files there. @throws UserError when there is no room for it */
export async function sendFolder(client: Redis, folder: string): Promise<Parcel> {
  const parcel = { key: `${KEY_PREFIX}:parcel:${randomUUID()}`, pieces: 0, bytes: 0 };
  const hash = createHash('sha256');
  if ((await sizeOf(folder)) > LARGEST_FOLDER) {
    throw notTaken(folder, `it has more than ${LARGEST_FOLDER / 1024 ** 2} MiB of files`);
  }
  const tar = execa('tar', ['-C', folder, '-cz', '.'], {
    stdin: 'ignore',
    encoding: 'buffer',
    buffer: { stdout: false },
  });
  tar.catch(() => {});
  try {
    for await (const piece of piecesOf(tar.iterable({ binary: true, preserveNewlines: true }))) {
      if (parcel.bytes + piece.length > MAX_BYTES) {
        throw new Error(`it has more than ${MAX_BYTES / 1024 ** 2} MiB`);
      }
      await client.rpush(parcel.key, piece);
      await client.expire(parcel.key, KEPT_SECONDS);
      hash.update(piece);
      parcel.bytes += piece.length;
      parcel.pieces += 1;
    }
    await tar;
  } catch (cause) {
    await client.del(parcel.key);
    throw notTaken(folder, messageOf(cause), cause);
  }
  return { ...parcel, sha256: hash.digest('hex') };
}

function notTaken(folder: string, why: string, cause?: unknown): UserError {
  return new UserError(`The queue did not take ${folder}: ${why}`, {
    advice: 'Copy that folder by hand; it is whole.',
    cause,
  });
}

/**
 * Unpacks it into a folder that is there.
 * @throws UserError when it is not what was sent; the signal's reason when that fires
 */
export async function receiveFolder(
  client: Redis,
  parcel: Parcel,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  const archive = join(folder, `.parcel-${randomUUID()}`);
  try {
    await download(client, parcel, archive, aborted);
    await checkArchive(archive, ARCHIVE_LIMITS, signal);
    await unpackArchive(archive, folder);
  } catch (cause) {
    signal.throwIfAborted();
    throw new UserError(
      `The result is not in the queue as its worker sent it: ${messageOf(cause)}.`,
      { advice: "It is in the worker's folder of results. Or run again.", cause },
    );
  } finally {
    await rm(archive, { force: true });
  }
  signal.throwIfAborted();
}

/** @throws Error when it is not all there, or more than that */
async function download(
  client: Redis,
  parcel: Parcel,
  archive: string,
  aborted: Promise<never>,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(archive, 'wx', 0o600);
  try {
    for (let at = 0; at < parcel.pieces; at++) {
      const [piece] = await Promise.race([client.lrangeBuffer(parcel.key, at, at), aborted]);
      if (piece === undefined) throw new Error('a part of it is missing');
      hash.update(piece);
      bytes += piece.length;
      if (bytes > parcel.bytes) throw new Error(`it has more than its ${parcel.bytes} bytes`);
      await file.writeFile(piece);
    }
  } finally {
    await file.close();
  }
  if (bytes !== parcel.bytes) throw new Error(`it has ${bytes} of its ${parcel.bytes} bytes`);
  if (hash.digest('hex') !== parcel.sha256) throw new Error('its hash is another one');
}

/** Removes it before it expires. */
export async function dropParcel(client: Redis, { key }: Parcel): Promise<void> {
  await client.del(key);
}
