/**
 * What is done to domains again and again: to ours by the attendant, which takes a twentieth of the time of the
 * toolstack's own programs on an emulated host, and to those of others by these.
 */
import { UserError } from '../errors.ts';
import type { Attendant } from './attendant.ts';
import { type CommandHost, mustRun } from './commands.ts';
import { type DomainState, type ListedDomain, listStates } from './list.ts';

/** A domain as far as it is spoken of here. */
export type NamedDomain = Pick<ListedDomain, 'name' | 'domid'>;

/** What is done to any guest. */
export interface GuestControl {
  pause(domain: NamedDomain): Promise<void>;
  unpause(domain: NamedDomain): Promise<void>;
  states(): Promise<DomainState[]>;
}

/** What is done to a domain of ours. */
export interface Control extends GuestControl {
  /** Writes below the domain's own folder of xenstore. */
  write(domain: NamedDomain, path: string, value: string): Promise<void>;
}

/** Absolute path in xenstore of what lies in a domain's own folder. */
export function storePath({ domid }: Pick<NamedDomain, 'domid'>, path: string): string {
  return `/local/domain/${domid}/${path}`;
}

/** Why a domain may be paused that we let go on: Xen counts pauses. */
export const STILL_PAUSED = 'it is paused still: somebody else may have paused it too';

type Verb = 'pause' | 'unpause';

/** What Xen says of a domain that was to be paused, or to go on. */
type Found = Pick<DomainState, 'state' | 'isPaused'> | undefined;

/**
 * @param said what the toolstack said of it
 * @throws UserError when Xen says that it did not come to that
 */
function demand(verb: Verb, { name, domid }: NamedDomain, found: Found, said = ''): void {
  const why = objection(verb, found);
  if (why === undefined) return;
  const heard = said === '' ? '' : ` (xl: ${said})`;
  throw new UserError(`cannot ${verb} ${name} (id ${domid}): ${why}${heard}`, {
    advice: 'look at it: xl list',
  });
}

function objection(verb: Verb, found: Found): string | undefined {
  if (found === undefined) return 'there is no such domain';
  if (found.isPaused === (verb === 'pause')) return undefined;
  return verb === 'pause' ? `its state is ${found.state}` : STILL_PAUSED;
}

/**
 * Pauses a domain, or lets it go on, and asks Xen what came of it: xl ends with 0 whatever that is (Xen 4.17
 * to 4.22: tools/xl/xl_vmcontrol.c, main_pause).
 * @throws UserError when Xen says that it did not come to that
 */
export async function pauseOrUnpause(
  host: CommandHost,
  verb: Verb,
  domain: NamedDomain,
): Promise<void> {
  const { name, domid } = domain;
  const { stderr } = await mustRun(host, `${verb} ${name}`, ['xl', verb, String(domid)]);
  const found = (await listStates(host)).find((listed) => listed.domid === domid);
  demand(verb, domain, found, stderr.trim().replace(/\s*\n\s*/g, '; '));
}

/** By xl. */
export function byCommands(host: CommandHost): GuestControl {
  return {
    pause: (domain) => pauseOrUnpause(host, 'pause', domain),
    unpause: (domain) => pauseOrUnpause(host, 'unpause', domain),
    states: () => listStates(host),
  };
}

/** By the attendant. A domain with a device model is stopped and started by xl alone, which does that too. */
export function byAttendant(
  attendant: Attendant,
  host: CommandHost,
  hasDeviceModel: boolean,
): Control {
  const { pause, unpause } = byCommands(host);
  const by = (verb: Verb) => async (domain: NamedDomain) => {
    const state = await attendant[verb](`${verb} ${domain.name}`, domain.domid);
    demand(verb, domain, { state, isPaused: state === 'paused' });
  };
  return {
    ...(hasDeviceModel ? { pause, unpause } : { pause: by('pause'), unpause: by('unpause') }),
    states: () => attendant.list(),
    write: (domain, path, value) =>
      attendant.write(
        `write ${path} of ${domain.name} to xenstore`,
        storePath(domain, path),
        value,
      ),
  };
}
