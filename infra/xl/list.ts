/**
 * Reads `xl list -v`: name, id, memory, vcpus, six letters of state, time, UUID, reason of a shutdown,
 * label (xl(1), "list").
 */
import { type CommandHost, mustRun } from './commands.ts';

/** A line of the list. */
export interface ListedDomain {
  name: string;
  domid: number;
  uuid: string;
  /** running, paused, dying or shutdown:<reason>; see `Domain.state`. */
  state: string;
}

/** Reasons of a shutdown, by number (xen/include/public/sched.h, SHUTDOWN_*). */
const REASONS = ['poweroff', 'reboot', 'suspend', 'crash', 'watchdog', 'soft-reset'];

const LINE =
  /^(\S+)\s+(\d+)\s+\d+\s+\d+\s+([a-zA-Z?-]{6})\s+[\d.]+\s+([0-9a-f]{8}-[0-9a-f-]+)\s+(-|\d+)/;

/** The domains of the list; its head is left out. */
export function parseList(text: string): ListedDomain[] {
  const domains: ListedDomain[] = [];
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, name = '', domid = '', flags = '', uuid = '', reason = ''] = match;
    domains.push({ name, domid: Number(domid), uuid, state: stateOf(flags, reason) });
  }
  return domains;
}

/** Listings that were asked for and have not begun, by host: whoever asks meanwhile shares them. */
const waiting = new WeakMap<CommandHost, Promise<ListedDomain[]>>();
/** The newest listing of each host, which the next one waits for. */
const newest = new WeakMap<CommandHost, Promise<unknown>>();

async function list(host: CommandHost): Promise<ListedDomain[]> {
  return parseList((await mustRun(host, 'list the domains', ['xl', 'list', '-v'])).stdout);
}

/**
 * All domains of a host, by a listing that begins after it was asked for. One that is not among them is gone: to ask for a single domain would not tell
 * that from a host that does not answer.
 * @throws UserError when the host cannot list them
 */
export function listDomains(host: CommandHost): Promise<ListedDomain[]> {
  const shared = waiting.get(host);
  if (shared !== undefined) return shared;
  const next = (newest.get(host) ?? Promise.resolve()).then(() => {
    waiting.delete(host);
    return list(host);
  });
  waiting.set(host, next);
  newest.set(
    host,
    next.catch(() => undefined),
  );
  return next;
}

function stateOf(flags: string, reason: string): string {
  if (flags.includes('d')) return 'dying';
  if (flags.includes('s') || flags.includes('c')) return shutdownState(`shutdown:${reason}`);
  return flags.includes('p') ? 'paused' : 'running';
}

/** A state whose reason of a shutdown, if it is one, is a number, with the reason's name. */
export function shutdownState(state: string): string {
  const [what, reason] = state.split(':');
  return reason === undefined ? state : `${what}:${REASONS[Number(reason)] ?? reason}`;
}
