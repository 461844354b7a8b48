/**
 * What testbeds leave if they are not let to clean up: a private folder and a QEMU. Each one is recorded
 * in the cache while it lives, so that a later command can remove what nobody owns any more.
 */
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { identityOf, isRunning, type ProcessIdentity } from '../process/identity.ts';

/** The record of one testbed. */
export interface RunRecord {
  id: string;
  /** Private folder: sockets, keys, the initramfs, the console's log. */
  folder: string;
  /** The process that started it. */
  owner: ProcessIdentity;
  /** Processes started for it. */
  processes: ProcessIdentity[];
}

/** Longest folder for which the names of sockets in it stay within the 108 bytes of unix(7). */
const LONGEST_FOLDER = 60;
const FOLDER_PREFIX = 'tinyvmi-';
/** Names a testbed, its record and its folder. */
const ID = new RegExp(`^${FOLDER_PREFIX}[0-9a-f]{8}$`);

/** One testbed's record and folder. */
export class Run {
  readonly #recordPath: string;
  readonly #record: RunRecord;

  private constructor(recordPath: string, record: RunRecord) {
    this.#recordPath = recordPath;
    this.#record = record;
  }

  /** Makes the record, and then the folder: whoever is killed between the two has left nothing unrecorded. */
  static async create(cacheRoot: string): Promise<Run> {
    const base = tmpdir().length > LONGEST_FOLDER ? '/tmp' : tmpdir();
    const folder = join(base, `${FOLDER_PREFIX}${randomBytes(4).toString('hex')}`);
    const owner = identityOf(process.pid);
    if (owner === undefined) throw new Error('this process is not in /proc');
    const id = basename(folder);
    const records = recordsFolder(cacheRoot);
    await makeFolder(records);
    const run = new Run(join(records, `${id}.json`), { id, folder, owner, processes: [] });
    await run.#write();
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      await run.remove();
      throw error;
    }
    return run;
  }

  get id(): string {
    return this.#record.id;
  }

  /** Absolute path of a file in the private folder. */
  path(name: string): string {
    return join(this.#record.folder, name);
  }

  /** Records a process that must not outlive the testbed. */
  async adopt(pid: number): Promise<void> {
    const identity = identityOf(pid);
    if (identity === undefined) return;
    this.#record.processes.push(identity);
    await this.#write();
  }

  /** Removes folder and record; the processes must have ended. */
  async remove(): Promise<void> {
    await rm(this.#record.folder, { recursive: true, force: true, maxRetries: 3 });
    await rm(this.#recordPath, { force: true });
  }

  /**
   * Writes the record over what it was, of which it is a longer form, in one system call: a record that
   * is torn by kill -9 would never be cleaned up after.
   */
  async #write(): Promise<void> {
    const file = await open(this.#recordPath, constants.O_CREAT | constants.O_WRONLY);
    try {
      await file.write(`${JSON.stringify(this.#record, undefined, 2)}\n`);
    } finally {
      await file.close();
    }
  }
}

/** Folder of the records within the cache. */
export function recordsFolder(cacheRoot: string): string {
  return join(cacheRoot, 'runs');
}

/** What records there are. */
interface Records {
  records: RunRecord[];
  /** Files that should be some, each with what is wrong with it. */
  unreadable: string[];
}

/** Records of testbeds whose owner is gone. */
export async function abandonedRuns(cacheRoot: string): Promise<RunRecord[]> {
  const { records } = await readRecords(cacheRoot);
  return records.filter(({ owner }) => isRunning(owner) === false);
}

/** Records that nobody here can judge, each with the reason: they are left alone. */
export async function unclearRuns(cacheRoot: string): Promise<string[]> {
  const { records, unreadable } = await readRecords(cacheRoot);
  const foreign = records.filter(({ owner }) => isRunning(owner) === 'unknown');
  return [
    ...foreign.map(
      ({ id, folder, owner }) =>
        `${folder}: whether its owner lives (process ${owner.pid} of ${owner.machine?.name ?? 'an unknown machine'}) is known only there. When it does not, remove the folder and ${join(recordsFolder(cacheRoot), `${id}.json`)}`,
    ),
    ...unreadable,
  ];
}

async function readRecords(cacheRoot: string): Promise<Records> {
  const folder = recordsFolder(cacheRoot);
  const found: Records = { records: [], unreadable: [] };
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (!name.endsWith('.json')) continue;
    const path = join(folder, name);
    const record = parseRecord(await readFile(path, 'utf8').catch(() => ''));
    // It can be gone by now, when its testbed has ended.
    if (record?.id === basename(name, '.json')) found.records.push(record);
    else if (await isThere(path)) found.unreadable.push(`${path}: it is no record of a testbed`);
  }
  return found;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A record's text, when it is one of a folder that is ours by its name. */
function parseRecord(text: string): RunRecord | undefined {
  try {
    const record = JSON.parse(text) as RunRecord;
    const { id, folder, owner, processes } = record;
    const isOurs = ID.test(id) && isAbsolute(folder) && basename(folder) === id;
    const hasOwner = Number.isSafeInteger(owner.pid) && typeof owner.startTime === 'string';
    return isOurs && hasOwner && Array.isArray(processes) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Ends what an abandoned testbed left. A process is killed only while its id still belongs to the very
 * process that was recorded.
 * @returns ids of the processes that were killed.
 */
export async function removeAbandoned(cacheRoot: string, record: RunRecord): Promise<number[]> {
  const killed: number[] = [];
  for (const identity of record.processes) {
    if (isRunning(identity) !== true) continue;
    process.kill(identity.pid, 'SIGKILL');
    killed.push(identity.pid);
  }
  await rm(record.folder, { recursive: true, force: true, maxRetries: 3 });
  await rm(join(recordsFolder(cacheRoot), `${record.id}.json`), { force: true });
  return killed;
}
