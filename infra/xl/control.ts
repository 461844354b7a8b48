/**
 * What is done to domains again and again: by the toolstack's own programs, or, where a host has it, by the
 * attendant, which takes a twentieth of their time there.
 */
import type { Attendant } from './attendant.ts';
import { type CommandHost, mustRun } from './commands.ts';
import { type ListedDomain, listDomains } from './list.ts';

/** A domain as far as it is spoken of here. */
export type NamedDomain = Pick<ListedDomain, 'name' | 'domid'>;

/** Both ways of it. */
export interface Control {
  pause(domain: NamedDomain): Promise<void>;
  unpause(domain: NamedDomain): Promise<void>;
  list(): Promise<ListedDomain[]>;
  /** Writes below the domain's own folder of xenstore. */
  write(domain: NamedDomain, path: string, value: string): Promise<void>;
}

/** Absolute path in xenstore of what lies in a domain's own folder. */
export function storePath({ domid }: Pick<NamedDomain, 'domid'>, path: string): string {
  return `/local/domain/${domid}/${path}`;
}

/** By xl and the xenstore commands. */
export function byCommands(host: CommandHost): Control {
  const xl = async (verb: string, { name, domid }: NamedDomain) => {
    await mustRun(host, `${verb} ${name}`, ['xl', verb, String(domid)]);
  };
  return {
    pause: (domain) => xl('pause', domain),
    unpause: (domain) => xl('unpause', domain),
    list: () => listDomains(host),
    async write(domain, path, value) {
      await mustRun(host, `write ${path} of ${domain.name} to xenstore`, [
        'xenstore-write',
        storePath(domain, path),
        value,
      ]);
    },
  };
}

/** By the attendant. A domain with a device model is stopped and started by xl alone, which does that too. */
export function byAttendant(
  attendant: Attendant,
  host: CommandHost,
  hasDeviceModel: boolean,
): Control {
  const { pause, unpause } = byCommands(host);
  return {
    ...(hasDeviceModel
      ? { pause, unpause }
      : {
          pause: ({ name, domid }) => attendant.pause(`pause ${name}`, domid),
          unpause: ({ name, domid }) => attendant.unpause(`unpause ${name}`, domid),
        }),
    list: () => attendant.list(),
    write: (domain, path, value) =>
      attendant.write(
        `write ${path} of ${domain.name} to xenstore`,
        storePath(domain, path),
        value,
      ),
  };
}
