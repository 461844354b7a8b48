/** Xen's toolstack, driven by xl and the xenstore commands on the host. */
import type { CreationOptions, Domain, DomainSpec, Xen } from '../testbed.ts';
import { recordTrace, type Traced } from '../trace/record-trace.ts';
import { type CommandHost, mustRun } from './commands.ts';
import { domainConfig, type GuestImages } from './config.ts';
import { denialsIn } from './denials.ts';
import { consoleLog, XlDomain } from './domain.ts';
import { listDomains } from './list.ts';
import { HostProbe, parseState } from './probe.ts';
import { Releases } from './releases.ts';

/**
 * Creates a domain in one visit to the host: $1 is its name, $2 its console's log, and standard input
 * its configuration. The folder tinyvmi of the domain's xenstore is made before it runs, so that it
 * may read, and not write, what Dom0 puts there. `xl create -e` leaves no process behind that would
 * restart or remove the domain. On any failure the domain is destroyed. Prints the domain's id.
 *
 * $3 is empty, or the path of the probe: then what it says of the host and Dom0 before and after the
 * domain was built comes first, a line each, and the domain is left paused.
 */
const CREATE = `
set -e
config=$(mktemp)
trap 'rm -f "$config"' EXIT
cat > "$config"
rm -f "$2"
[ -z "$3" ] || "$3" state 0
xl create -e -p "$config" >&2
[ -z "$3" ] || "$3" state 0
undo() { xl destroy "$1"; exit 1; }
domid=$(xl domid "$1") || undo "$1"
folder=/local/domain/$domid/tinyvmi
xenstore-write "$folder" '' && xenstore-chmod "$folder" n0 "r$domid" || undo "$1"
[ -n "$3" ] || xl unpause "$domid" || undo "$1"
echo "$domid"
`;

/** The toolstack of one host. */
export class XlToolstack implements Xen {
  readonly #host: CommandHost;
  readonly #images: GuestImages;
  readonly #releases: Releases;
  readonly probe?: HostProbe;

  /** @param probe absolute path of the probe on the host, where it has one. */
  constructor(host: CommandHost, images: GuestImages, probe?: string) {
    this.#host = host;
    this.#images = images;
    this.#releases = new Releases(host);
    if (probe !== undefined) this.probe = new HostProbe(host, probe);
  }

  async createDomain(
    spec: DomainSpec,
    signal?: AbortSignal,
    options?: CreationOptions,
  ): Promise<Domain> {
    const probe = options === undefined ? '' : this.#probePath();
    const config = domainConfig(spec, this.#images);
    try {
      const { stdout } = await mustRun(
        this.#host,
        `create the domain ${spec.name}`,
        ['sh', '-c', CREATE, 'sh', spec.name, consoleLog(spec.name), probe],
        { input: config, signal },
      );
      const lines = stdout.trim().split('\n');
      const [before, after] = lines.slice(0, -1).map(parseState);
      const built = before === undefined || after === undefined ? undefined : { before, after };
      return new XlDomain(this.#host, this.#releases, Number(lines.at(-1)), spec, config, built);
    } catch (error) {
      if (signal?.aborted)
        await this.#host.run(['xl', 'destroy', spec.name]).catch(() => undefined);
      throw error;
    }
  }

  #probePath(): string {
    if (this.probe === undefined) throw new Error('this host has no probe');
    return this.probe.path;
  }

  async domains(): Promise<{ name: string; domid: number; state: string }[]> {
    return listDomains(this.#host);
  }

  async denials(): Promise<string[]> {
    return denialsIn(await this.console());
  }

  async console(): Promise<string> {
    return (await mustRun(this.#host, "read Xen's console", ['xl', 'dmesg'])).stdout;
  }

  trace<T>(work: () => Promise<T>): Promise<Traced<T>> {
    return recordTrace(this.#host, work);
  }

  /** Ends what listens on the host. The domains stay. */
  async close(): Promise<void> {
    await this.#releases.close();
  }
}
