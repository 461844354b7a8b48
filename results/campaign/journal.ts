/**
 * A file that survives whatever happens to its writer: lines of JSON, each on the disk before the
 * next one is begun, each with a hash over itself and all before it.
 *
 *     <32 hex digits: SHA-256 of the hash before and the text> <JSON>
 *
 * What a death in mid-line leaves is cut off when the file is opened again. Anything else that is
 * not as it was written is an error that names its line.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../infra/errors.ts';
import { Turns } from '../../infra/process/turns.ts';

const START = '0'.repeat(32);

function hashOf(before: string, text: string): string {
  return createHash('sha256').update(before).update(text).digest('hex').slice(0, 32);
}

interface Line {
  text: string;
  hash: string;
  number: number;
  /** Where the line after it begins, in bytes. */
  end: number;
}

/** Whole lines of a file. What follows the last line end is left out. */
async function* linesOf(path: string): AsyncGenerator<{ bytes: Buffer; end: number }, void> {
  let rest = Buffer.alloc(0);
  let end = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const all = Buffer.concat([rest, chunk as Buffer]);
    let at = 0;
    for (let next = all.indexOf(10, at); next >= 0; next = all.indexOf(10, at)) {
      end += next + 1 - at;
      yield { bytes: all.subarray(at, next), end };
      at = next + 1;
    }
    rest = Buffer.from(all.subarray(at));
  }
}

/** Lines as they were written, up to a last one that may be broken. */
async function* soundLines(path: string): AsyncGenerator<Line, void> {
  let hash = START;
  let number = 0;
  let broken: number | undefined;
  for await (const { bytes, end } of linesOf(path)) {
    number++;
    if (broken !== undefined) {
      throw new UserError(`${path}, line ${broken}: not as it was written.`, {
        advice: 'Restore the file, or begin a new run.',
      });
    }
    const line = bytes.toString('utf8');
    const text = line.slice(33);
    const expected = hashOf(hash, text);
    if (line.slice(0, 33) !== `${expected} `) {
      broken = number;
      continue;
    }
    hash = expected;
    yield { text, hash, number, end };
  }
}

/** A journal that is written to. */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #turns = new Turns();
  #hash: string;

  private constructor(path: string, file: FileHandle, hash: string) {
    this.path = path;
    this.#file = file;
    this.#hash = hash;
  }

  /** Begins a journal where there is none. */
  static async create(path: string): Promise<Journal> {
    const file = await open(path, 'ax');
    const folder = await open(dirname(path), 'r');
    await folder.sync();
    await folder.close();
    return new Journal(path, file, START);
  }

  /**
   * Opens a journal to go on with it. A last line that is broken is cut off.
   * @param take receives every entry, in order
   * @throws UserError when a line is not as it was written
   */
  static async open(path: string, take: (entry: unknown) => void): Promise<Journal> {
    let [hash, end] = [START, 0];
    for await (const line of soundLines(path)) {
      take(JSON.parse(line.text));
      ({ hash, end } = line);
    }
    const file = await open(path, 'r+');
    await file.truncate(end);
    await file.sync();
    await file.close();
    return new Journal(path, await open(path, 'a'), hash);
  }

  /** Adds an entry, after all that were handed over before. It is on the disk when this resolves. */
  append(entry: object): Promise<void> {
    const text = JSON.stringify(entry);
    return this.#turns.take(async () => {
      const hash = hashOf(this.#hash, text);
      await this.#file.appendFile(`${hash} ${text}\n`);
      await this.#file.datasync();
      this.#hash = hash;
    });
  }

  /** Every entry, in order. */
  async *entries(): AsyncGenerator<unknown, void> {
    for await (const { text } of soundLines(this.path)) yield JSON.parse(text);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
