/**
 * The CSV files of a result that is being written. A table begins with its first row: a result
 * has no table of a benchmark that was not run.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from '../types.ts';
import { CsvFile } from './files.ts';
import { type CsvTable, namesOf } from './table.ts';

/** Tables by file name. */
export class Tables {
  readonly #folder: string;
  readonly #files = new Map<string, CsvFile>();
  /** Tables that have all of their rows. */
  readonly #ended = new Map<string, Promise<FileEntry>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a row, in the order of the columns. */
  async row(
    { name, columns }: Pick<CsvTable, 'name' | 'columns'>,
    values: readonly (string | number)[],
  ): Promise<void> {
    let file = this.#files.get(name);
    if (file === undefined) {
      file = new CsvFile(join(this.#folder, name), namesOf(columns));
      this.#files.set(name, file);
    }
    await file.row(values);
  }

  /** Gives one up, if it was begun, and removes its file. */
  async remove(name: string): Promise<void> {
    await this.#files.get(name)?.abandon();
    this.#files.delete(name);
    this.#ended.delete(name);
    await rm(join(this.#folder, name), { force: true });
  }

  /** Ends one to which no row will be added, if it was begun. @returns its hash */
  async settle(name: string): Promise<FileEntry | undefined> {
    const ended = this.#ended.get(name) ?? this.#files.get(name)?.end();
    if (ended !== undefined) this.#ended.set(name, ended);
    return ended;
  }

  /**
   * Ends all of them.
   * @param order names in the order in which they are listed, whichever was begun first
   * @returns the hash of each
   */
  async end(order: readonly string[]): Promise<Record<string, FileEntry>> {
    const place = (name: string) => order.indexOf(name);
    const entries: Record<string, FileEntry> = {};
    for (const name of [...this.#files.keys()].sort((a, b) => place(a) - place(b))) {
      entries[name] = (await this.settle(name)) as FileEntry;
    }
    return entries;
  }

  /** Gives all of them up. */
  async abandon(): Promise<void> {
    for (const file of this.#files.values()) await file.abandon();
  }
}
