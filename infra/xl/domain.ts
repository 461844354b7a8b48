/** A domain that the suite created, driven by xl. */
import type { Domain, DomainSpec, HostState } from '../testbed.ts';
import { type CommandHost, mustRun } from './commands.ts';
import { followConsole } from './console-follower.ts';
import { type ListedDomain, listDomains } from './list.ts';
import type { Releases } from './releases.ts';

/** Where xenconsoled keeps what a domain prints. */
export function consoleLog(name: string): string {
  return `/var/log/xen/console/guest-${name}.log`;
}

/** One domain, by its id: a later domain of the same name is another. */
export class XlDomain implements Domain {
  readonly name: string;
  readonly domid: number;
  readonly spec: DomainSpec;
  readonly config: string;
  readonly built?: { before: HostState; after: HostState };
  readonly #host: CommandHost;
  readonly #releases: Releases;

  constructor(
    host: CommandHost,
    releases: Releases,
    domid: number,
    spec: DomainSpec,
    config: string,
    built?: { before: HostState; after: HostState },
  ) {
    if (built !== undefined) this.built = built;
    this.#host = host;
    this.#releases = releases;
    this.domid = domid;
    this.name = spec.name;
    this.spec = spec;
    this.config = config;
  }

  async pause(): Promise<void> {
    await mustRun(this.#host, `pause ${this.name}`, ['xl', 'pause', String(this.domid)]);
  }

  async unpause(): Promise<void> {
    await mustRun(this.#host, `unpause ${this.name}`, ['xl', 'unpause', String(this.domid)]);
  }

  async alive(): Promise<boolean> {
    const state = await this.state();
    return state === 'running' || state === 'paused';
  }

  async state(): Promise<string> {
    return (await this.#listed())?.state ?? 'gone';
  }

  console(signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return followConsole(
      this.#host,
      this.#releases,
      { log: consoleLog(this.name), alive: () => this.alive() },
      signal,
    );
  }

  async writeStore(path: string, value: string): Promise<void> {
    await mustRun(this.#host, `write ${path} of ${this.name} to xenstore`, [
      'xenstore-write',
      `/local/domain/${this.domid}/${path}`,
      value,
    ]);
  }

  async destroy(): Promise<void> {
    const { exitCode } = await this.#host.run(['xl', 'destroy', String(this.domid)]);
    if (exitCode === 0 || (await this.#listed()) === undefined) return;
    await mustRun(this.#host, `destroy ${this.name}`, ['xl', 'destroy', String(this.domid)]);
  }

  async #listed(): Promise<ListedDomain | undefined> {
    const domains = await listDomains(this.#host);
    return domains.find(({ domid }) => domid === this.domid);
  }
}
