/** A domain that the suite created, driven by xl. */
import { UserError } from '../errors.ts';
import type { Domain, DomainSpec, GuestType, HostState } from '../testbed.ts';
import type { CommandHost } from './commands.ts';
import { attachConsole } from './console-client.ts';
import { followConsole } from './console-follower.ts';
import type { Control } from './control.ts';
import { XlGuest } from './guest.ts';
import type { Releases } from './releases.ts';

/** Where xenconsoled keeps what a domain prints. */
export function consoleLog(name: string): string {
  return `/var/log/xen/console/guest-${name}.log`;
}

/**
 * Where libxl has a domain's device model write what it says (libxl__create_qemu_logfile). One that is there
 * already it renames, to keep ten of them.
 */
export function deviceModelLog(name: string): string {
  return `/var/log/xen/qemu-dm-${name}.log`;
}

/** Every file that a domain leaves in Dom0, which nobody removes but who made the domain. */
export function logsOf(spec: DomainSpec, consoles: ConsoleAccess): string[] {
  const isHvm = spec.role === 'target' && spec.type === 'hvm';
  return [
    ...(consoles === 'log' ? [consoleLog(spec.name)] : []),
    ...(isHvm ? [deviceModelLog(spec.name)] : []),
  ];
}

/** How a console is read: from the log that xenconsoled keeps, or as a client of xenconsoled. */
export type ConsoleAccess = 'log' | 'client';

/** What a domain has in common with the others of its toolstack. */
export interface DomainSurroundings {
  host: CommandHost;
  releases: Releases;
  control: Control;
  consoles: ConsoleAccess;
  /** Told before a client of the domain's console is started. */
  attaching(domid: number): Promise<void>;
  /** Told when the domain is gone for good. */
  destroyed(): Promise<void>;
}

/** What kind of guest a domain of ours is. */
export function guestType(spec: DomainSpec): GuestType {
  return spec.role === 'target' ? spec.type : 'pv';
}

/** A domain that we made. */
export class XlDomain extends XlGuest<Control> implements Domain {
  readonly spec: DomainSpec;
  readonly config: string;
  readonly built?: { before: HostState; after: HostState };
  readonly #around: DomainSurroundings;

  constructor(
    around: DomainSurroundings,
    domid: number,
    spec: DomainSpec,
    config: string,
    built?: { before: HostState; after: HostState },
  ) {
    super(around.host, { name: spec.name, domid }, guestType(spec), around.control);
    if (built !== undefined) this.built = built;
    this.#around = around;
    this.spec = spec;
    this.config = config;
  }

  console(signal?: AbortSignal): AsyncIterable<Uint8Array> {
    const { releases, consoles } = this.#around;
    const { host } = this;
    const alive = () => this.alive();
    return consoles === 'log'
      ? followConsole(host, releases, { log: consoleLog(this.name), alive }, signal)
      : this.#attach(alive, signal);
  }

  async *#attach(alive: () => Promise<boolean>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { releases, attaching } = this.#around;
    await attaching(this.domid);
    yield* attachConsole(this.host, releases, { domid: this.domid, alive }, signal);
  }

  async writeStore(path: string, value: string): Promise<void> {
    await this.control.write(this, path, value);
  }

  /** One that is dying after it stays accounted for: it is gone when nobody has it mapped any more. */
  async destroy(): Promise<void> {
    const { stderr } = await this.host.run(['xl', 'destroy', String(this.domid)]);
    const state = await this.state();
    if (state === 'gone') await this.#around.destroyed();
    else if (state !== 'dying') {
      throw new UserError(`cannot destroy ${this.name}: its state is ${state}\n${stderr.trim()}`);
    }
  }
}
