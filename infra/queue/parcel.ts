/**
 * A folder on its way through Redis: a compressed tar archive, in pieces that are elements of a list
 * which expires by itself. What its hash does not fit is never unpacked whole.
 */
import { createHash, randomUUID } from 'node:crypto';
import { execa } from 'execa';
import type { Redis } from 'ioredis';
import { messageOf, UserError } from '../errors.ts';
import { KEY_PREFIX } from './connection.ts';
import { KEPT_SECONDS } from './jobs.ts';

/** Far below Redis's limit of a string (512 MB); a piece is all of it that is in memory here. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** What a Redis of usual size has room for. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Where a folder is, and what it is. */
export interface Parcel {
  key: string;
  pieces: number;
  bytes: number;
  sha256: string;
}

/** Whether the engine's return value is one. */
export function isParcel(value: unknown): value is Parcel {
  const { key, pieces, bytes, sha256 } = (value ?? {}) as Partial<Parcel>;
  return (
    typeof key === 'string' &&
    Number.isSafeInteger(pieces) &&
    Number.isSafeInteger(bytes) &&
    typeof sha256 === 'string'
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

/** Puts a folder's files there. @throws UserError when there is no room for it */
export async function sendFolder(client: Redis, folder: string): Promise<Parcel> {
  const parcel = { key: `${KEY_PREFIX}:parcel:${randomUUID()}`, pieces: 0, bytes: 0 };
  const hash = createHash('sha256');
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
    throw new UserError(`The queue did not take ${folder}: ${messageOf(cause)}`, {
      advice: 'Copy that folder by hand; it is whole.',
      cause,
    });
  }
  return { ...parcel, sha256: hash.digest('hex') };
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
  const hash = createHash('sha256');
  let bytes = 0;
  async function* pieces() {
    for (let at = 0; at < parcel.pieces; at++) {
      const [piece] = await Promise.race([client.lrangeBuffer(parcel.key, at, at), aborted]);
      if (piece === undefined) return;
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  const unpack = ['-C', folder, '-xz', '--no-same-owner', '--no-same-permissions'];
  const { failed, stderr } = await execa('tar', unpack, { stdin: pieces(), reject: false });
  signal.throwIfAborted();
  if (failed || bytes !== parcel.bytes || hash.digest('hex') !== parcel.sha256) {
    throw new UserError(`The result is not in the queue as its worker sent it. ${stderr}`.trim(), {
      advice: "It is in the worker's folder of results. Or run again.",
    });
  }
}

/** Removes it before it expires. */
export async function dropParcel(client: Redis, { key }: Parcel): Promise<void> {
  await client.del(key);
}
