/**
 * Raw samples on disk while a run lasts, one file for each arm and state: the analysis reads
 * them back group by group, so that memory does not grow with the run.
 */
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arm, CacheState } from '../../bench/words.ts';
import type { AnalysedBatch, BatchCounts, SampleGroup } from '../../harness/analyse/analyse.ts';
import type { RecordedBatch } from '../../harness/run/recorder.ts';

interface Entry {
  block: number;
  pages: number;
  words: number;
  open: number;
  close: number;
  counts: BatchCounts;
}

interface Group {
  arm: Arm;
  state: CacheState;
  file: FileHandle;
  entries: Entry[];
}

/** The spool of one run. Warm-up is left out. */
export class Spool {
  readonly #folder: string;
  readonly #groups = new Map<string, Group>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps the samples of a recorded batch. */
  async add({ job, batch, samples }: RecordedBatch): Promise<void> {
    if (batch.warmup) return;
    const group = await this.#group(job.arm, job.state);
    const { ticks } = samples;
    await group.file.appendFile(new Uint8Array(ticks.buffer, ticks.byteOffset, ticks.byteLength));
    const { maps, unmaps, hypercalls, syscalls, hits } = batch;
    group.entries.push({
      block: job.block,
      pages: batch.pages,
      words: ticks.length,
      open: batch.open,
      close: batch.close,
      counts: { maps, unmaps, hypercalls, syscalls, hits },
    });
  }

  /** The groups, in the order of the words. */
  groups(arms: readonly Arm[], states: readonly CacheState[]): SampleGroup[] {
    return states.flatMap((state) =>
      arms.flatMap((arm) => {
        const group = this.#groups.get(`${arm}-${state}`);
        return group === undefined ? [] : [{ arm, state, batches: () => read(group) }];
      }),
    );
  }

  /** Removes the spool. */
  async remove(): Promise<void> {
    for (const { file } of this.#groups.values()) await file.close();
    this.#groups.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #group(arm: Arm, state: CacheState): Promise<Group> {
    const name = `${arm}-${state}`;
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    await mkdir(this.#folder, { recursive: true });
    const file = await open(join(this.#folder, name), 'w+');
    const group = { arm, state, file, entries: [] };
    this.#groups.set(name, group);
    return group;
  }
}

async function* read(group: Group): AsyncGenerator<AnalysedBatch, void> {
  let position = 0;
  for (const { words, ...entry } of group.entries) {
    const ticks = new Uint32Array(words);
    const bytes = new Uint8Array(ticks.buffer);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await group.file.read(bytes, done, bytes.length - done, position);
      if (bytesRead === 0) throw new Error(`the spool of ${group.arm} ${group.state} is cut`);
      done += bytesRead;
      position += bytesRead;
    }
    yield { ...entry, ticks };
  }
}
