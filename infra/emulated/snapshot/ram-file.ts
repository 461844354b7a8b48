/**
 * The RAM of a saved machine as a file with holes: which parts of it hold anything, and their hash.
 * Most of a machine's memory was never written, so that reading the rest is quick enough for each use.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { execa } from 'execa';

/** What a file's content is known by. */
export interface RamDigest {
  /** Size of the file. */
  bytes: number;
  /** Parts that hold anything: offset and length of each, in order. */
  parts: [offset: number, length: number][];
  /** SHA-256 over the bytes of the parts. */
  sha256: string;
}

/** Parts begin and end at multiples of it. */
const STEP = 64 * 1024;
const READ_AT_ONCE = 4 * 1024 * 1024;

/**
 * Gives back to the disk what holds only zeros. Where the file system has no holes the file stays as it
 * is, and is merely larger.
 */
export async function digHoles(path: string, signal?: AbortSignal): Promise<void> {
  await execa('fallocate', ['--dig-holes', path], {
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
}

/** Reads a whole file, and tells what it holds. */
export async function digestOf(path: string, signal?: AbortSignal): Promise<RamDigest> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const parts: RamDigest['parts'] = [];
    for await (const { offset, bytes } of readParts(file, [[0, size]], signal)) {
      for (let at = 0; at < bytes.length; at += STEP) {
        const step = bytes.subarray(at, at + STEP);
        if (isZero(step)) continue;
        hash.update(step);
        append(parts, offset + at, step.length);
      }
    }
    return { bytes: size, parts, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** Reads what a file is known to hold. @returns why it is not what it was; undefined: it is */
export async function whyNotAsDigested(
  path: string,
  { bytes: size, parts, sha256 }: RamDigest,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const found = (await file.stat()).size;
    if (found !== size) return `its RAM has ${found} bytes instead of ${size}`;
    const hash = createHash('sha256');
    for await (const { bytes } of readParts(file, parts, signal)) hash.update(bytes);
    return hash.digest('hex') === sha256 ? undefined : 'its RAM is not what was saved';
  } finally {
    await file.close();
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.equals(ZEROS.subarray(0, bytes.length));
}

const ZEROS = Buffer.alloc(STEP);

function append(parts: RamDigest['parts'], offset: number, length: number): void {
  const last = parts.at(-1);
  if (last !== undefined && last[0] + last[1] === offset) last[1] += length;
  else parts.push([offset, length]);
}

/** The bytes of the parts, in pieces that share one buffer. */
async function* readParts(
  file: FileHandle,
  parts: RamDigest['parts'],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ offset: number; bytes: Buffer }> {
  const buffer = Buffer.allocUnsafe(READ_AT_ONCE);
  for (const [start, length] of parts) {
    for (let offset = start; offset < start + length; ) {
      signal?.throwIfAborted();
      const wanted = Math.min(READ_AT_ONCE, start + length - offset);
      const { bytesRead } = await file.read(buffer, 0, wanted, offset);
      if (bytesRead === 0) return;
      yield { offset, bytes: buffer.subarray(0, bytesRead) };
      offset += bytesRead;
    }
  }
}
