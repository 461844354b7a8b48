/** A domain that the suite created, driven by xl. */
import type { Domain, DomainSpec } from '../testbed.ts';
import { type CommandHost, mustRun } from './commands.ts';
import { attachConsole } from './console-client.ts';
import { followConsole } from './console-follower.ts';
import { type ListedDomain, listDomains } from './list.ts';
import type { Releases } from './releases.ts';

/** Where xenconsoled keeps what a domain prints. */
export function consoleLog(name: string): string {
  return `/var/log/xen/console/guest-${name}.log`;
}

/** How a console is read: from the log that xenconsoled keeps, or as a client of xenconsoled. */
export type ConsoleAccess = 'log' | 'client';

/** What a domain has in common with the others of its toolstack. */
export interface DomainSurroundings {
  host: CommandHost;
  releases: Releases;
  consoles: ConsoleAccess;
  /** Told when the domain is gone for good. */
  destroyed(): Promise<void>;
}

/** One domain, by its id: a later domain of the same name is another. */
export class XlDomain implements Domain {
  readonly name: string;
  readonly domid: number;
  readonly spec: DomainSpec;
  readonly config: string;
  readonly #around: DomainSurroundings;

  constructor(around: DomainSurroundings, domid: number, spec: DomainSpec, config: string) {
    this.#around = around;
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
    const { host, releases, consoles } = this.#around;
    const alive = () => this.alive();
    return consoles === 'log'
      ? followConsole(host, releases, { log: consoleLog(this.name), alive }, signal)
      : attachConsole(host, releases, { domid: this.domid, alive }, signal);
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
    if (exitCode !== 0 && (await this.#listed()) !== undefined) {
      await mustRun(this.#host, `destroy ${this.name}`, ['xl', 'destroy', String(this.domid)]);
    }
    await this.#around.destroyed();
  }

  get #host(): CommandHost {
    return this.#around.host;
  }

  async #listed(): Promise<ListedDomain | undefined> {
    const domains = await listDomains(this.#host);
    return domains.find(({ domid }) => domid === this.domid);
  }
}
