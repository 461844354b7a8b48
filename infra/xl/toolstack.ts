/** Xen's toolstack, driven by xl and the xenstore commands on the host. */
import { UserError } from '../errors.ts';
import type {
  CreationOptions,
  Domain,
  DomainSpec,
  Guest,
  GuestType,
  StrangersGuest,
  Xen,
} from '../testbed.ts';
import { recordTrace, type Traced } from '../trace/record-trace.ts';
import { Attendant } from './attendant.ts';
import { type CommandHost, mustRun } from './commands.ts';
import { domainConfig, type GuestImages, type Labels, OUR_LABELS } from './config.ts';
import { byAttendant, type Control, type NamedDomain, storePath } from './control.ts';
import { denialsIn } from './denials.ts';
import { type ConsoleAccess, guestType, logsOf, XlDomain } from './domain.ts';
import { type GuestAccount, XlStrangersGuest } from './guest.ts';
import { listDomains } from './list.ts';
import { type PresentDomain, PresentDomains } from './present.ts';
import { HostProbe, parseState } from './probe.ts';
import { Releases } from './releases.ts';

/**
 * Creates a domain, paused, in one visit to the host; standard input is its configuration. `xl create -e` leaves
 * no process behind that would restart or remove the domain. A shell whose connection breaks is hung up on, and
 * does nothing at its exit unless it traps that.
 *
 * $1 is a folder for the configuration's file. $2 is empty, or the path of the probe, which says of the host
 * and Dom0 how they are before and after the domain was built, a line each. The arguments after it are logs
 * that an earlier domain of that name may have left.
 */
const CREATE = `
set -e
config=
trap 'rm -f "$config"' EXIT
trap 'exit 1' HUP INT TERM
config=$(mktemp "$1/config.XXXXXX")
cat > "$config"
probe=$2
shift 2
rm -f "$@"
[ -z "$probe" ] || "$probe" state 0
xl create -e -p "$config" >&2
[ -z "$probe" ] || "$probe" state 0
`;

const GUEST_TYPES: readonly GuestType[] = ['pv', 'pvh', 'hvm'];

/** Keeps account of what is created, for whoever has to remove it when we cannot. */
export interface DomainAccount extends GuestAccount {
  /** Called before a domain is made. @returns the UUID that it gets */
  creating(spec: DomainSpec): Promise<string>;
  /** Called before a client of its console is started, which has a lock (`consoleLock`). */
  attaching(domid: number): Promise<void>;
  /** Called when it is gone. */
  destroyed(uuid: string): Promise<void>;
}

/** What a toolstack is told of its host. */
export interface ToolstackOptions {
  images: GuestImages;
  /** Undefined on a Xen without FLASK. Default: those of infra/policy. */
  labels?: Labels | undefined;
  /** CPUs that a domain's vcpus run on; undefined: all. */
  cpusOf?: (spec: DomainSpec) => string | undefined;
  consoles?: ConsoleAccess;
  account?: DomainAccount;
  /** Absolute path of the Dom0 introspector on the host. */
  introspector: string;
  /** Absolute path of the probe on the host, where it has one. */
  probe?: string;
  /** Absolute path of the attendant on the host. */
  attendant: string;
  /** Folder on the host that is removed with all that is in it, should a run die. Default: /tmp. */
  scratch?: string;
  /** Why Xen's trace is not to be recorded; undefined where it may be. */
  untraced?: string;
  /** Domains of ours that the host has from its beginning. */
  present?: readonly PresentDomain[];
}

/**
 * The command that creates a domain; its standard input is the configuration.
 * @param scratch folder for the configuration, while the command runs
 * @param probe path of the probe where the creation is measured, else empty
 */
export function creation(
  spec: DomainSpec,
  consoles: ConsoleAccess,
  scratch: string,
  probe = '',
): string[] {
  return ['sh', '-c', CREATE, 'sh', scratch, probe, ...logsOf(spec, consoles)];
}

/** The command that makes a domain privileged for a target; `introspector` is the Dom0 arm's program. */
export function settingTarget(introspector: string, domain: string, target: string): string[] {
  return [introspector, 'set-target', domain, target];
}

/** The command that takes the ring of a listener that died off a guest, and lets its vcpus go on. */
export function takingEventsOff(
  introspector: string,
  guest: string,
  type: string,
  kind: string,
): string[] {
  return [introspector, 'events-off', guest, type, kind];
}

/** The toolstack of one host. */
export class XlToolstack implements Xen {
  readonly #host: CommandHost;
  readonly #options: ToolstackOptions;
  readonly #releases: Releases;
  readonly #present: PresentDomains;
  readonly #attendant: Attendant;
  readonly probe?: HostProbe;

  constructor(host: CommandHost, options: ToolstackOptions) {
    this.#host = host;
    this.#options = options;
    this.#releases = new Releases(host);
    this.#present = new PresentDomains(options.present ?? []);
    this.#attendant = new Attendant(host, options.attendant);
    if (options.probe !== undefined) this.probe = new HostProbe(host, options.probe);
  }

  async createDomain(
    spec: DomainSpec,
    signal?: AbortSignal,
    options?: CreationOptions,
  ): Promise<Domain> {
    const probe = options === undefined ? '' : this.#probePath();
    const { images, account, consoles = 'log' } = this.#options;
    const labels = 'labels' in this.#options ? this.#options.labels : OUR_LABELS;
    const uuid = await account?.creating(spec);
    const config = domainConfig(spec, images, {
      labels,
      cpus: this.#options.cpusOf?.(spec),
      ...(uuid === undefined ? {} : { uuid }),
    });
    const destroyed = async () => {
      if (uuid !== undefined) await account?.destroyed(uuid);
    };
    const attaching = async (domid: number) => account?.attaching(domid);
    const control = this.#controlOf(spec);
    const shared = { host: this.#host, releases: this.#releases, control, consoles };
    const around = { ...shared, attaching, destroyed };
    const present = probe === '' ? this.#present.take(spec, config) : undefined;
    if (present !== undefined) {
      const domain = new XlDomain(around, present.domid, spec, config);
      await domain.unpause();
      return domain;
    }
    const inTheWay = this.#present.inTheWay(spec.name);
    if (inTheWay !== undefined) {
      await mustRun(this.#host, `destroy ${spec.name}`, ['xl', 'destroy', `${inTheWay.domid}`]);
    }
    try {
      const { stdout } = await mustRun(
        this.#host,
        `create the domain ${spec.name}`,
        creation(spec, consoles, this.#options.scratch ?? '/tmp', probe),
        { input: config, signal },
      );
      const [before, after] = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map(parseState);
      const domid = await this.#publish(spec.name);
      if (probe === '') await this.#letRun(control, { name: spec.name, domid });
      const built = before === undefined || after === undefined ? undefined : { before, after };
      return new XlDomain(around, domid, spec, config, built);
    } catch (error) {
      if (signal?.aborted) await this.#destroyLate(spec.name, uuid).catch(() => undefined);
      throw error;
    }
  }

  #controlOf(spec: DomainSpec): Control {
    return byAttendant(this.#attendant, this.#host, guestType(spec) === 'hvm');
  }

  /**
   * Makes the folder tinyvmi of a domain's xenstore before the domain runs, so that it may read, and not
   * write, what Dom0 puts there; where that fails the domain is destroyed.
   * @returns the domain's id
   */
  async #publish(name: string): Promise<number> {
    try {
      const created = (await this.#attendant.list()).find((domain) => domain.name === name);
      if (created === undefined) throw new UserError(`${name} was created, and is not there`);
      const { domid } = created;
      const folder = storePath(created, 'tinyvmi');
      const doing = `give ${name} its folder of xenstore`;
      await this.#attendant.write(doing, folder, '');
      await this.#attendant.perms(doing, folder, ['n0', `r${domid}`]);
      return domid;
    } catch (error) {
      await this.#host.run(['xl', 'destroy', name]);
      throw error;
    }
  }

  /** Lets a domain run that was just made; one that does not is destroyed. */
  async #letRun(control: Control, domain: NamedDomain): Promise<void> {
    try {
      await control.unpause(domain);
    } catch (error) {
      await this.#host.run(['xl', 'destroy', String(domain.domid)]);
      throw error;
    }
  }

  async setTarget(domain: Domain, target: Guest): Promise<void> {
    const { introspector } = this.#options;
    const doing = `make ${domain.name} privileged for ${target.name}`;
    const ids = [String(domain.domid), String(target.domid)] as const;
    await mustRun(this.#host, doing, settingTarget(introspector, ...ids));
  }

  async guest(nameOrId: string): Promise<StrangersGuest> {
    const all = await listDomains(this.#host);
    const found = all.find(({ name, domid }) => name === nameOrId || String(domid) === nameOrId);
    if (found === undefined || found.domid === 0) {
      const names = all.filter(({ domid }) => domid !== 0).map(({ name }) => name);
      throw new UserError(`there is no guest ${nameOrId} on this host`, {
        kind: 'usage',
        advice: `it has: ${names.join(', ') || 'none'}`,
      });
    }
    const key = `/libxl/${found.domid}/type`;
    const doing = `find out what kind of guest ${found.name} is`;
    const { stdout } = await mustRun(this.#host, doing, ['xenstore-read', key]);
    const type = GUEST_TYPES.find((known) => known === stdout.trim());
    if (type === undefined) {
      throw new UserError(`${found.name} is a guest of the unknown kind "${stdout.trim()}"`);
    }
    return new XlStrangersGuest(this.#host, found, type, this.#options.account);
  }

  async domains(): Promise<{ name: string; domid: number; state: string }[]> {
    return this.#attendant.list();
  }

  async denials(): Promise<string[]> {
    return denialsIn(await this.console());
  }

  async console(): Promise<string> {
    return (await mustRun(this.#host, "read Xen's console", ['xl', 'dmesg'])).stdout;
  }

  trace<T>(work: () => Promise<T>): Promise<Traced<T>> {
    return this.untraced === undefined
      ? recordTrace(this.#host, work)
      : Promise.reject(new UserError(this.untraced, { kind: 'skipped' }));
  }

  get untraced(): string | undefined {
    return this.#options.untraced;
  }

  #probePath(): string {
    if (this.probe === undefined) throw new Error('this host has no probe');
    return this.probe.path;
  }

  /** Destroys a domain that may have been made after nobody waited for it any more. */
  async #destroyLate(name: string, uuid: string | undefined): Promise<void> {
    const late = (await listDomains(this.#host)).find(
      (domain) => domain.name === name && (uuid === undefined || domain.uuid === uuid),
    );
    if (late !== undefined) await this.#host.run(['xl', 'destroy', String(late.domid)]);
  }

  /** Ends what listens on the host. The domains stay. */
  async close(): Promise<void> {
    await this.#releases.close();
    await this.#attendant.close();
  }
}
