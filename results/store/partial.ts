/**
 * Results that are being written, and those that never were finished because their program was killed: the
 * latter are found and removed. A result's writer is named in a file beside it, which is there first and
 * goes last: whoever is killed in between has left nothing that nobody owns.
 */
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../infra/files/make-folder.ts';
import { identityOf, isRunning, type ProcessIdentity } from '../../infra/process/identity.ts';
import { type Janitor, removedAtDeath } from '../../infra/process/janitor.ts';

/** How the folder of an unfinished result begins; its writer's process id and the result's name follow. */
const PREFIX = '.partial-';
/** How the file ends that names the writer of the folder that is named like it otherwise. */
const WRITER_SUFFIX = '.writer.json';

/** A result that is being written, in a folder of its own. */
export class PartialResult {
  /** Absolute, or as the folder of results was given. */
  readonly folder: string;
  readonly #final: string;
  readonly #writer: string;
  #janitor: Janitor | undefined;

  private constructor(runs: string, id: string) {
    this.folder = join(runs, `${PREFIX}${process.pid}-${id}`);
    this.#final = join(runs, id);
    this.#writer = `${this.folder}${WRITER_SUFFIX}`;
  }

  /**
   * Makes the folder of a result, and those above it.
   * @throws Error of the file system that refuses
   */
  static async begin(runs: string, id: string): Promise<PartialResult> {
    const partial = new PartialResult(runs, id);
    await makeFolder(runs);
    await writeFile(partial.#writer, JSON.stringify(identityOf(process.pid)), { flag: 'wx' });
    try {
      await makeFolder(partial.folder);
    } catch (error) {
      await partial.discard();
      throw error;
    }
    partial.#janitor = removedAtDeath(resolve(partial.folder), resolve(partial.#writer));
    return partial;
  }

  /** Gives the result, which is whole, its name. @returns its folder */
  async finish(): Promise<string> {
    await rename(this.folder, this.#final);
    await rm(this.#writer, { force: true });
    this.#janitor?.dismiss();
    return this.#final;
  }

  /** Leaves nothing of it. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await rm(this.#writer, { force: true });
    this.#janitor?.dismiss();
  }
}

/** Unfinished results. */
export interface Unfinished {
  /** Paths, folders and files, of those whose writers are gone. */
  abandoned: string[];
  /** Those of which nobody here can tell that, with the reason. */
  unclear: string[];
}

function writerIn(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startTime } = JSON.parse(text) as Partial<ProcessIdentity>;
    if (!Number.isSafeInteger(pid) || typeof startTime !== 'string') return undefined;
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Unfinished results below this folder that no living process here is known to write. */
export async function findUnfinished(runs: string): Promise<Unfinished> {
  const found: Unfinished = { abandoned: [], unclear: [] };
  const names = (await readdir(runs).catch(() => [] as string[])).filter((name) =>
    name.startsWith(PREFIX),
  );
  const results = new Set(names.map((name) => name.replace(WRITER_SUFFIX, '')));
  for (const result of [...results].sort()) {
    const folder = join(runs, result);
    const file = `${folder}${WRITER_SUFFIX}`;
    const writer = writerIn(await readFile(file, 'utf8').catch(() => ''));
    const paths: string[] = [];
    for (const path of [folder, file]) if (await isThere(path)) paths.push(path);
    // It can have been finished by now.
    if (paths.length === 0) continue;
    const running = writer === undefined ? 'unknown' : isRunning(writer);
    if (running === false) found.abandoned.push(...paths);
    if (running !== 'unknown') continue;
    const whose =
      writer === undefined
        ? 'nothing says who writes it'
        : `whether its writer lives (process ${writer.pid} of ${writer.machine?.name ?? 'an unknown machine'}) is known only there`;
    found.unclear.push(`${folder}: ${whose}. When nobody does, remove ${paths.join(' and ')}`);
  }
  return found;
}

/** Removes those whose writers are gone. @returns what was removed */
export async function removeAbandoned(runs: string): Promise<string[]> {
  const { abandoned } = await findUnfinished(runs);
  for (const path of abandoned) await rm(path, { recursive: true, force: true });
  return abandoned;
}
