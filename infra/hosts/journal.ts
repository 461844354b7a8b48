/**
 * What we made on a host, written down before it is made: on this machine, where it survives the
 * loss of the host, and in our folder on the host, where it survives the loss of this machine.
 */
import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { identityOf, isRunning, type ProcessIdentity, type Running } from '../process/identity.ts';
import { isSound, type Setting } from './setting.ts';
import { stateRoot } from './state.ts';

/** How our folder on a host begins; the id of its journal follows. */
export const FOLDER_PREFIX = 'tinyvmi-';

/** One thing on a host that is not there without us. */
export type Entry =
  /** That the host is in use by the run of this journal (lock.ts). */
  | { kind: 'lock'; id: string }
  | { kind: 'folder'; path: string }
  | { kind: 'file'; path: string }
  | { kind: 'domain'; name: string; uuid: string }
  /** A guest that is not ours, and that we paused. */
  | { kind: 'pause'; name: string; uuid: string }
  /**
   * A guest that is not ours, and whose events of this kind our introspectors listen to. `program` takes
   * them off.
   */
  | { kind: 'events'; name: string; uuid: string; type: string; of: string; program: string }
  /** Our policy; `restore` is the path on the host of the one before. */
  | { kind: 'policy'; restore: string }
  /** A setting that we changed, with its value before. */
  | { kind: 'setting'; before: Setting };

/** A journal as it is written. */
export interface JournalRecord {
  version: 1;
  id: string;
  /** Where (`placeOf` in settings.ts). */
  place: string;
  /** The process that makes these things, and its machine. */
  owner: ProcessIdentity;
  machine: string;
  since: string;
  /** The host's boot, as its Dom0's kernel names it (`bootId` in process/identity.ts). */
  boot?: string;
  /** When its run was over, and these entries could not be undone. */
  ended?: string;
  entries: Entry[];
}

/** The journal of one run on one host. */
export class Journal {
  readonly #record: JournalRecord;
  readonly #root: string;
  #mirror: ((text: string) => Promise<void>) | undefined;

  constructor(record: JournalRecord, root: string = stateRoot()) {
    this.#record = record;
    this.#root = root;
  }

  /** A new one, with nothing in it. */
  static create(place: string, root?: string, boot?: string): Journal {
    const owner = identityOf(process.pid);
    if (owner === undefined) throw new Error('this process is not in /proc');
    const id = randomBytes(4).toString('hex');
    const since = new Date().toISOString();
    return new Journal(
      {
        version: VERSION,
        id,
        place,
        owner,
        machine: hostname(),
        since,
        ...(boot === undefined ? {} : { boot }),
        entries: [],
      },
      root,
    );
  }

  get id(): string {
    return this.#record.id;
  }

  /** The host's boot in which all of this was made; undefined: not known. */
  get boot(): string | undefined {
    return this.#record.boot;
  }

  get entries(): readonly Entry[] {
    return this.#record.entries;
  }

  /** Has every later state written to the host too. */
  async mirror(write: (text: string) => Promise<void>): Promise<void> {
    this.#mirror = write;
    await write(this.#text());
  }

  /** Ends that: the host, or our folder on it, is gone. */
  unmirror(): void {
    this.#mirror = undefined;
  }

  /** Writes down what is about to be made. */
  async add(entry: Entry): Promise<void> {
    this.#record.entries.push(entry);
    await this.#write();
  }

  /** Strikes out what is gone. A journal of nothing is removed. */
  async strike(entry: Entry): Promise<void> {
    const at = this.#record.entries.indexOf(entry);
    if (at < 0) return;
    this.#record.entries.splice(at, 1);
    await this.#write();
  }

  /** Notes that the run is over: what is left can be undone by others, this process included. */
  async end(): Promise<void> {
    this.#record.ended = new Date().toISOString();
    await this.#write();
  }

  #text(): string {
    return `${JSON.stringify(this.#record, undefined, 2)}\n`;
  }

  async #write(): Promise<void> {
    const folder = journalsFolder(this.#root);
    const path = join(folder, `${this.id}.json`);
    if (this.entries.length === 0) {
      await rm(path, { force: true });
      return;
    }
    await makeFolder(folder);
    const part = `${path}.part`;
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(this.#text());
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    await this.#mirror?.(this.#text());
  }
}

function journalsFolder(root: string): string {
  return join(root, 'journals');
}

/** A journal that was found here, and what is known of its run. */
export interface FoundJournal {
  record: JournalRecord;
  /** Whether it goes on; unknown: it is of another machine or container that shares this home. */
  running: Running;
}

/** What was found here. */
export interface FoundJournals {
  /** Oldest first. */
  journals: FoundJournal[];
  /** Files that should be some, each with what is wrong with it. */
  unreadable: string[];
}

function isRunningStill({ ended, owner }: JournalRecord): Running {
  return ended === undefined ? isRunning(owner) : false;
}

/** The journals of a place, oldest first. */
export async function journalsOf(place: string, root = stateRoot()): Promise<FoundJournal[]> {
  const { journals } = await journalsHere(root);
  return journals.filter(({ record }) => record.place === place);
}

/** All journals of this machine. */
export async function journalsHere(root = stateRoot()): Promise<FoundJournals> {
  const folder = journalsFolder(root);
  const found: FoundJournals = { journals: [], unreadable: [] };
  for (const name of (await namesIn(folder)).sort()) {
    if (!name.endsWith('.json')) continue;
    const path = join(folder, name);
    const record = parseJournal(await readFile(path, 'utf8'), name.slice(0, -'.json'.length));
    if (typeof record === 'string') found.unreadable.push(`${path}: ${record}`);
    else found.journals.push({ record, running: isRunningStill(record) });
  }
  found.journals.sort((a, b) => a.record.since.localeCompare(b.record.since));
  return found;
}

/** Names in a folder, which need not be there. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/**
 * Reads a journal.
 * @param id the one that its file, or its folder, is named by
 * @returns what is wrong with it, where it is none of this version
 */
export function parseJournal(text: string, id: string): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is no journal, or one that is cut';
  }
  const { version } = (value ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version > VERSION) {
    return `a newer tinyvmi-bench wrote it (version ${version}): clean with that one`;
  }
  if (!isJournal(value)) return 'it is no journal that this version wrote';
  return value.id === id ? value : `it is the journal ${value.id}`;
}

const VERSION = 1;
/** Names a journal, its file and our folder on the host. */
const ID = /^[0-9a-f]{8}$/;

/** Whether it has the form of one; each entry is looked at where it is undone. */
function isJournal(value: unknown): value is JournalRecord {
  const { version, id, place, owner, machine, since, entries } = (value ??
    {}) as Partial<JournalRecord>;
  const words: unknown[] = [id, place, machine, since, owner?.startTime];
  return (
    version === VERSION &&
    words.every((word) => typeof word === 'string') &&
    ID.test(id as string) &&
    Number.isSafeInteger(owner?.pid) &&
    Array.isArray(entries)
  );
}

/** The words of each kind of entry; a setting has an object of its own (setting.ts). */
const WORDS = {
  lock: ['id'],
  folder: ['path'],
  file: ['path'],
  domain: ['name', 'uuid'],
  pause: ['name', 'uuid'],
  events: ['name', 'uuid', 'type', 'of', 'program'],
  policy: ['restore'],
  setting: [],
} as const satisfies Record<Entry['kind'], readonly string[]>;

/** What is wrong with an entry of a journal, which may have been written by others; undefined: nothing. */
export function faultOf(entry: unknown): string | undefined {
  const { kind, ...rest } = (entry ?? {}) as Record<string, unknown>;
  if (typeof kind !== 'string') return 'a journal lists something that is no entry';
  if (!Object.hasOwn(WORDS, kind)) {
    return `a journal lists a "${kind}", which this version does not know: clean with the version that wrote it`;
  }
  const missing = WORDS[kind as Entry['kind']].find((word) => typeof rest[word] !== 'string');
  if (missing !== undefined) return `a journal lists a ${kind} without its ${missing}`;
  if (kind === 'setting' && !isSound(rest.before as Setting | undefined)) {
    return 'a journal lists a setting that is none';
  }
  return undefined;
}
