/**
 * apt with the user's archives, keys, proxies and credentials, but with lists and a cache of our own:
 * it needs no root, sees source packages, and changes nothing of the user's.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { type CommandOutput, command } from '../process/command.ts';
import type { Progress } from '../testbed.ts';
import {
  type AptSource,
  debianSources,
  formatDeb822,
  ofRelease,
  parseDeb822,
  parseList,
} from './sources.ts';

/** Where the user's sources and the release's name are read. Replaced in tests. */
export interface SystemApt {
  sourceList: string;
  sourceParts: string;
  osRelease: string;
}

const SYSTEM: SystemApt = {
  sourceList: '/etc/apt/sources.list',
  sourceParts: '/etc/apt/sources.list.d',
  osRelease: '/etc/os-release',
};

/** A private apt below one folder. */
export class PrivateApt {
  readonly #folder: string;
  readonly #sources: string;

  private constructor(folder: string, sources: string) {
    this.#folder = folder;
    this.#sources = sources;
  }

  /**
   * Sets up a private apt for the archives that this machine uses.
   * @param folder its own folder, created if need be; it may be kept between runs.
   * @param options.release of Debian, by its codename, whose packages are wanted instead of this
   *   machine's own.
   * @throws UserError when the machine names no archive of Debian.
   */
  static async open(
    folder: string,
    { system = SYSTEM, release }: { system?: SystemApt; release?: string | undefined } = {},
  ): Promise<PrivateApt> {
    const sources = formatDeb822(await systemSources(system, release));
    await makeFolder(join(folder, 'lists', 'partial'));
    await makeFolder(join(folder, 'archives', 'partial'));
    await writeFile(join(folder, 'private.sources'), sources);
    return new PrivateApt(folder, sources);
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

async function systemSources(system: SystemApt, wanted?: string): Promise<AptSource[]> {
  const all = parseList(await readFile(system.sourceList, 'utf8').catch(() => ''));
  const parts = await readdir(system.sourceParts).catch(() => []);
  for (const name of parts.sort()) {
    const path = join(system.sourceParts, name);
    if (name.endsWith('.list')) all.push(...parseList(await readFile(path, 'utf8')));
    if (name.endsWith('.sources')) all.push(...parseDeb822(await readFile(path, 'utf8')));
  }
  const release = await readFile(system.osRelease, 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME=["']?([\w-]+)/m.exec(release)?.[1] ?? '';
  const sources = codename === '' ? [] : debianSources(all, codename);
  if (sources.length === 0) {
    throw new UserError("this machine's apt names no archive of its own Debian release", {
      advice:
        'run on Debian 12 with component main of suite bookworm among its sources (sources.list(5))',
    });
  }
  return wanted === undefined ? sources : ofRelease(sources, codename, wanted);
}
