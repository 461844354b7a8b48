/**
 * Files that are hashed while they are written or read.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { type Options, type Stringifier, stringify } from 'csv-stringify';
import type { FileEntry } from '../types.ts';
import { safeCell } from './cells.ts';

/** SHA-256 (hex) and length of a file. */
export async function hashFile(path: string): Promise<FileEntry> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Writes a file whole and gives its hash. */
export async function writeHashed(
  folder: string,
  name: string,
  content: string | Uint8Array,
): Promise<FileEntry> {
  await writeFile(join(folder, name), content);
  const bytes = Buffer.from(content as string);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/** A CSV file that grows row by row, as slowly as the disk wants: memory stays flat. */
export class CsvFile {
  readonly #rows: Stringifier;
  readonly #file: WriteStream;
  readonly #done: Promise<void>;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #full = false;
  #failure: Error | undefined;

  constructor(path: string, columns: readonly string[]) {
    const options: Options = { header: true, columns: [...columns] };
    this.#rows = stringify(options);
    const file = createWriteStream(path);
    this.#file = file;
    this.#rows.on('data', (chunk: Buffer | string) => {
      this.#hash.update(chunk);
      this.#bytes += Buffer.byteLength(chunk);
    });
    file.on('error', (error) => {
      this.#failure = error;
      this.#rows.destroy(error);
    });
    this.#done = finished(this.#rows.pipe(file));
    this.#done.catch(() => {});
    this.#rows.on('error', (error) => {
      this.#failure = error;
      file.destroy(error);
    });
  }

  /** Adds a row, in the order of the columns. Resolves when there is room for more. */
  async row(values: readonly (string | number)[]): Promise<void> {
    this.put(values);
    await this.room();
  }

  /** Adds a row; who adds many waits for `room` now and then. @throws Error of the file */
  put(values: readonly (string | number)[]): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#full = !this.#rows.write(values.map(safeCell));
  }

  /** Resolves when there is room for more rows. @throws Error of the file */
  async room(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#full) return;
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        this.#rows.off('drain', settle);
        this.#rows.off('close', settle);
        this.#full = false;
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      };
      this.#rows.on('drain', settle);
      this.#rows.on('close', settle);
    });
  }

  /** Ends the file. @returns its hash once everything is on disk */
  async end(): Promise<FileEntry> {
    this.#rows.end();
    await this.#done;
    return { sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }

  /** Gives the file up. */
  async abandon(): Promise<void> {
    this.#rows.destroy();
    this.#file.destroy();
    await this.#done.catch(() => {});
  }
}
