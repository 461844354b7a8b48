/**
 * apt for one release of Debian, whatever this machine runs: with the user's mirrors, proxies and
 * credentials, but with lists, preferences and a cache of our own. It needs no root, sees source packages,
 * and changes nothing of the user's.
 */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { type CommandOutput, command } from '../process/command.ts';
import type { Progress } from '../testbed.ts';
import { type AptSource, debianArchives, formatDeb822, parseDeb822, parseList } from './sources.ts';

/** Where the user's sources and Debian's keys are read. Replaced in tests. */
export interface SystemApt {
  sourceList: string;
  sourceParts: string;
  /** Names that the keyring of Debian's archives has had; the first that is there is taken. */
  keyrings: readonly string[];
}

const SYSTEM: SystemApt = {
  sourceList: '/etc/apt/sources.list',
  sourceParts: '/etc/apt/sources.list.d',
  keyrings: ['gpg', 'pgp'].map((end) => `/usr/share/keyrings/debian-archive-keyring.${end}`),
};

/** The keyring of Debian's archives on this machine; undefined where there is none. */
export async function debianKeyring({ keyrings }: SystemApt = SYSTEM): Promise<string | undefined> {
  for (const path of keyrings) {
    if (await stat(path).catch(() => undefined)) return path;
  }
  return undefined;
}

/** What to do without it. */
export const KEYRING_NEEDED = {
  message: "the keys of Debian's archives are not on this machine",
  advice: "install Debian's package debian-archive-keyring, which Ubuntu has too",
} as const;

/** A private apt below one folder. */
export class PrivateApt {
  readonly #folder: string;
  readonly #sources: string;

  private constructor(folder: string, sources: string) {
    this.#folder = folder;
    this.#sources = sources;
  }

  /**
   * Sets up a private apt.
   * @param cacheRoot the cache, in which each release has a folder that is kept between runs.
   * @param release of Debian, by its codename
   * @throws UserError when Debian's keys are not here.
   */
  static async open(
    cacheRoot: string,
    release: string,
    system: SystemApt = SYSTEM,
  ): Promise<PrivateApt> {
    const folder = join(cacheRoot, 'apt', release);
    const keyring = await debianKeyring(system);
    if (keyring === undefined) {
      throw new UserError(KEYRING_NEEDED.message, { advice: KEYRING_NEEDED.advice });
    }
    const sources = formatDeb822(debianArchives(await systemSources(system), release, keyring));
    await makeFolder(join(folder, 'lists', 'partial'));
    await makeFolder(join(folder, 'archives', 'partial'));
    await writeFile(join(folder, 'private.sources'), sources);
    await writeFile(join(folder, 'status'), '');
    return new PrivateApt(folder, sources);
  }

  /** Its folder, where what it found out is kept too. */
  get folder(): string {
    return this.#folder;
  }

  /** Identifies the archives: changes when the user's sources do. */
  get fingerprint(): string {
    return hashOf(this.#sources);
  }

  /** Runs a command of apt against the private lists. */
  async run(
    file: 'apt-get' | 'apt-cache',
    args: readonly string[],
    options: { cwd?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<CommandOutput> {
    return command(file, [...this.#options(), ...args], { cwd: this.#folder, ...options });
  }

  /**
   * Fetches the archives' indexes.
   * @throws UserError when an archive cannot be reached or is not trusted.
   */
  async update(progress: Progress, signal?: AbortSignal): Promise<void> {
    progress.step("reading the package archives' indexes");
    try {
      await this.run('apt-get', ['update', '--error-on=any'], { signal });
    } catch (error) {
      if (!(error instanceof UserError) || error.advice !== undefined) throw error;
      throw archiveError('the package archives cannot be read', error);
    }
    progress.done("the package archives' indexes are read");
  }

  #options(): string[] {
    const settings: Record<string, string> = {
      'Dir::Etc::sourcelist': join(this.#folder, 'private.sources'),
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State::lists': join(this.#folder, 'lists'),
      'Dir::Cache': this.#folder,
      // What this machine has installed, prefers and can run besides must not decide what is taken.
      'Dir::State::status': join(this.#folder, 'status'),
      'Dir::Etc::preferences': '/dev/null',
      'Dir::Etc::preferencesparts': '/dev/null',
      'APT::Default-Release': '',
      'APT::Architecture': 'amd64',
      'APT::Architectures': 'amd64',
      'Acquire::Languages': 'none',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
      'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
      'Acquire::Retries': '2',
      'Acquire::http::Timeout': '30',
      'Acquire::https::Timeout': '30',
      'APT::Get::List-Cleanup': 'true',
    };
    if (process.getuid?.() === 0) settings['APT::Sandbox::User'] = 'root';
    return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  }
}

/** The error for an archive that does not give what it should, with apt's own complaints. */
export function archiveError(message: string, cause: Error): UserError {
  const complaints = cause.message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(E|W|Err):/.test(line));
  const shown = complaints.length > 0 ? complaints : [cause.message];
  return new UserError(`${message}:\n${shown.map((line) => `  ${line}`).join('\n')}`, {
    advice: shown.some((line) => /\b404\b/.test(line)) ? LATER : CONNECT,
    cause,
  });
}

const CONNECT =
  'check the network and the proxy (`apt-get update` must work), and the sources in /etc/apt; then run again';
const LATER =
  'the archive is being changed, or its mirror is not complete: run again later, or name another mirror in /etc/apt';

async function systemSources(system: SystemApt): Promise<AptSource[]> {
  const all = parseList(await readFile(system.sourceList, 'utf8').catch(() => ''));
  const parts = await readdir(system.sourceParts).catch(() => []);
  for (const name of parts.sort()) {
    const path = join(system.sourceParts, name);
    if (name.endsWith('.list')) all.push(...parseList(await readFile(path, 'utf8')));
    if (name.endsWith('.sources')) all.push(...parseDeb822(await readFile(path, 'utf8')));
  }
  return all;
}
