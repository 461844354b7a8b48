/**
 * Raw samples on disk while a run lasts, one file for each arm and state: the analysis reads
 * them back group by group, so that memory does not grow with the run.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arm, PageState, State } from '../../bench/words.ts';
import { makeFolder } from '../../infra/files/make-folder.ts';

interface Group<Entry> {
  file: FileHandle;
  entries: { words: number; entry: Entry }[];
}

/** The batches of an arm in a state, as they were added. */
export interface Spooled<S, Entry> {
  arm: Arm;
  state: S;
  batches(): AsyncIterable<Entry & { ticks: Uint32Array }>;
}

/** The spool of one benchmark. `Entry` is what is known of a batch besides its samples. */
export class Spool<S extends State | PageState, Entry extends object> {
  readonly #folder: string;
  readonly #groups = new Map<string, Group<Entry>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps the samples of a batch. */
  async add(arm: Arm, state: S, ticks: Uint32Array, entry: Entry): Promise<void> {
    const group = await this.#group(arm, state);
    await group.file.appendFile(new Uint8Array(ticks.buffer, ticks.byteOffset, ticks.byteLength));
    group.entries.push({ words: ticks.length, entry });
  }

  /** The groups, in the order of the words. */
  groups<T extends S>(arms: readonly Arm[], states: readonly T[]): Spooled<T, Entry>[] {
    return states.flatMap((state) =>
      arms.flatMap((arm) => {
        const name = `${arm}-${state}`;
        const group = this.#groups.get(name);
        return group === undefined ? [] : [{ arm, state, batches: () => read(name, group) }];
      }),
    );
  }

  /** Removes the spool. */
  async remove(): Promise<void> {
    for (const { file } of this.#groups.values()) await file.close();
    this.#groups.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #group(arm: Arm, state: S): Promise<Group<Entry>> {
    const name = `${arm}-${state}`;
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    await makeFolder(this.#folder);
    const file = await open(join(this.#folder, name), 'w+');
    const group = { file, entries: [] };
    this.#groups.set(name, group);
    return group;
  }
}

async function* read<Entry extends object>(
  name: string,
  group: Group<Entry>,
): AsyncGenerator<Entry & { ticks: Uint32Array }, void> {
  let position = 0;
  for (const { words, entry } of group.entries) {
    const ticks = new Uint32Array(words);
    const bytes = new Uint8Array(ticks.buffer);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await group.file.read(bytes, done, bytes.length - done, position);
      if (bytesRead === 0) throw new Error(`the spool of ${name} is cut`);
      done += bytesRead;
      position += bytesRead;
    }
    yield { ...entry, ticks };
  }
}
