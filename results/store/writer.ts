/**
 * Writes a result: into a folder of its own beside the results, renamed when it is whole. What is
 * not whole is never a result.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Arm, CacheState } from '../../bench/words.ts';
import type { SampleGroup } from '../../harness/analyse/analyse.ts';
import type { RecordedBatch, Recorder } from '../../harness/run/recorder.ts';
import { UserError } from '../../infra/errors.ts';
import { type Checked, checkManifest, checkSummary } from '../schema/validate.ts';
import type { FileEntry, Manifest, Summary } from '../types.ts';
import { BATCH_COLUMNS, batchRow, SAMPLE_COLUMNS, sampleRows } from './columns.ts';
import { CsvFile, writeHashed } from './files.ts';
import { PARTIAL_PREFIX } from './partial.ts';
import { Spool } from './spool.ts';

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function demand<T>(name: string, checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  throw new Error(`${name} would not fit its schema: ${checked.reasons.join('; ')}`);
}

/** The name of a result: time of its start, and a part that is its own. */
export function resultId(startedAt: Date): string {
  const time = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** A result that is being written. */
export class ResultWriter implements Recorder {
  readonly id: string;
  readonly #runs: string;
  readonly #partial: string;
  readonly #samples: CsvFile;
  readonly #batches: CsvFile;
  readonly #spool: Spool;

  private constructor(runs: string, id: string) {
    this.id = id;
    this.#runs = runs;
    this.#partial = join(runs, `${PARTIAL_PREFIX}${process.pid}-${id}`);
    this.#samples = new CsvFile(join(this.#partial, 'samples.csv'), SAMPLE_COLUMNS);
    this.#batches = new CsvFile(join(this.#partial, 'batches.csv'), BATCH_COLUMNS);
    this.#spool = new Spool(join(this.#partial, 'spool'));
  }

  /**
   * Begins a result below the folder of results, which is made when there is none.
   * @throws UserError when it cannot be written to
   */
  static async create(runs: string, startedAt: Date): Promise<ResultWriter> {
    const id = resultId(startedAt);
    try {
      await mkdir(join(runs, `${PARTIAL_PREFIX}${process.pid}-${id}`), { recursive: true });
    } catch (error) {
      throw new UserError(`Cannot write results to ${runs}: ${(error as Error).message}`, {
        advice: 'Give another folder with --out.',
        cause: error,
      });
    }
    return new ResultWriter(runs, id);
  }

  /** Writes a batch to both tables. @throws UserError when the disk does not take it */
  async record(recorded: RecordedBatch): Promise<void> {
    try {
      await this.#batches.row(batchRow(recorded));
      for (const row of sampleRows(recorded)) await this.#samples.row(row);
      await this.#spool.add(recorded);
    } catch (error) {
      const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
      throw new UserError(
        full
          ? `The disk of ${this.#runs} is full.`
          : `Cannot write results to ${this.#runs}: ${(error as Error).message}`,
        { advice: 'Make room, or give another folder with --out.', cause: error },
      );
    }
  }

  /** Recorded samples by arm and state, for the analysis. */
  groups(arms: readonly Arm[], states: readonly CacheState[]): SampleGroup[] {
    return this.#spool.groups(arms, states);
  }

  /**
   * Ends the result: checks both documents against their schemas, writes them, and gives the
   * folder its name.
   * @param consoles texts by name, kept compressed
   * @returns the folder
   */
  async finish(
    summary: Summary,
    manifest: Omit<Manifest, 'files' | 'id'>,
    consoles: Readonly<Record<string, string>>,
  ): Promise<string> {
    const files: Record<string, FileEntry> = {
      'samples.csv': await this.#samples.end(),
      'batches.csv': await this.#batches.end(),
    };
    await this.#spool.remove();
    for (const [name, text] of Object.entries(consoles)) {
      const file = `console-${name}.log.gz`;
      files[file] = await writeHashed(this.#partial, file, gzipSync(text));
    }
    const checked = demand('summary.json', checkSummary(summary));
    files['summary.json'] = await writeHashed(this.#partial, 'summary.json', json(checked));
    const whole = demand('manifest.json', checkManifest({ ...manifest, id: this.id, files }));
    await writeHashed(this.#partial, 'manifest.json', json(whole));
    const folder = join(this.#runs, this.id);
    await rename(this.#partial, folder);
    return folder;
  }

  /** Gives the result up and leaves nothing of it. */
  async discard(): Promise<void> {
    await this.#samples.abandon();
    await this.#batches.abandon();
    await this.#spool.remove();
    await rm(this.#partial, { recursive: true, force: true });
  }
}
