/**
 * The domains of a host: ids and states from Xen, as `xl list -v` prints them, and names from xenstore. A
 * name can hold anything, spaces and whole lines of such a list included; so a line is read from its end,
 * and what stands before the id has to be the name that xenstored has.
 */
import { UserError } from '../errors.ts';
import { type CommandHost, mustRun } from './commands.ts';

/** What Xen says of a domain. */
export interface DomainState {
  domid: number;
  uuid: string;
  /** running, paused, dying or shutdown:<reason>; see `Domain.state`. */
  state: string;
  /** Whether the toolstack has paused it; one that has shut down can be, too. */
  isPaused: boolean;
}

/** A domain with its name. */
export interface ListedDomain extends DomainState {
  /** As xenstored has it; "(null)" where it has none. */
  name: string;
}

/** The time that a domain ran. */
interface Timed {
  /** Seconds that its vcpus ran, all together, in tenths. */
  seconds: number;
}

/** What Xen says of a domain, with the time that it ran. */
export type TimedState = DomainState & Timed;

/** The same with its name. */
export type TimedDomain = ListedDomain & Timed;

/** A line of the list, with all that stands before the id. */
interface Line extends TimedState {
  before: string;
}

/** Reasons of a shutdown, by number (xen/include/public/sched.h, SHUTDOWN_*). */
const REASONS = ['poweroff', 'reboot', 'suspend', 'crash', 'watchdog', 'soft-reset'];

const HEAD = /^Name\s+ID\s+Mem\s+VCPUs\s+State\s+Time\(s\)\s+UUID\s+Reason-Code\s+Security Label$/;
/** Name, id, memory, vcpus, six letters of state, time, UUID, reason of a shutdown, label. */
const LINE =
  /^(.*) +(\d+) +\d+ +\d+ {5}([r-][b-][p-][s-][-rscwS?][d-]) +(\d+\.\d) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) +(-|[0-9a-f]+) +\S+$/;
/** What printf has for a name that there is not. */
const NAMELESS = '(null)';
/** How often a list is asked for whose names changed while it was read. */
const TRIES = 3;

/**
 * Reads the list. Every line is read: a domain that could not be read would be taken for one that is gone.
 * @throws UserError when a line, or all of it, is none
 */
function parseLines(text: string): Line[] {
  const [head = '', ...lines] = text.split('\n');
  if (!HEAD.test(head)) throw unreadable(head);
  if (lines.pop() !== '') throw unreadable('it was cut');
  const domains = lines.map((line): Line => {
    const [, before = '', domid, flags = '', seconds, uuid = '', reason = ''] =
      LINE.exec(line) ?? [];
    if (uuid === '') throw unreadable(line);
    return {
      domid: Number(domid),
      uuid,
      state: stateOf(flags, reason),
      isPaused: flags.includes('p'),
      seconds: Number(seconds),
      before,
    };
  });
  const ids = new Set(domains.map(({ domid }) => domid));
  if (ids.size !== domains.length) throw unreadable('a domain is in it twice');
  if (!ids.has(0)) throw unreadable('Dom0 is not in it');
  return domains;
}

function unreadable(why: string): UserError {
  return new UserError(`the list of domains cannot be read: ${why.trim() || 'it is empty'}`, {
    advice: 'look at it: xl list -v. A name with a line break is changed by xl rename',
  });
}

/** Listings that were asked for and have not begun, by host: whoever asks meanwhile shares them. */
const waiting = new WeakMap<CommandHost, Promise<Line[]>>();
/** The newest listing of each host, which the next one waits for. */
const newest = new WeakMap<CommandHost, Promise<unknown>>();

async function ask(host: CommandHost): Promise<Line[]> {
  return parseLines((await mustRun(host, 'list the domains', ['xl', 'list', '-v'])).stdout);
}

/** By a listing that begins after it was asked for. */
function lines(host: CommandHost): Promise<Line[]> {
  const shared = waiting.get(host);
  if (shared !== undefined) return shared;
  const next = (newest.get(host) ?? Promise.resolve()).then(() => {
    waiting.delete(host);
    return ask(host);
  });
  waiting.set(host, next);
  newest.set(
    host,
    next.catch(() => undefined),
  );
  return next;
}

/** Prints each domain's id and its name, as xenstore-read writes it; one without is left out. */
const READ_NAMES = `
for domid; do
	name=$(xenstore-read "/local/domain/$domid/name" 2>/dev/null) && printf '%s %s\\n' "$domid" "$name"
done
:
`;

async function readNames(host: CommandHost, domids: number[]): Promise<Map<number, string>> {
  const argv = ['sh', '-c', READ_NAMES, 'sh', ...domids.map(String)];
  const { stdout } = await mustRun(host, 'read the names of the domains', argv);
  const names = new Map<number, string>();
  for (const line of stdout.split('\n')) {
    const [, domid, name = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
    if (domid !== undefined) names.set(Number(domid), unescaped(name));
  }
  return names;
}

const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };

/** What xenstore-read wrote, which escapes each byte that is not printable ASCII. */
function unescaped(text: string): string {
  const bytes = text.replace(/\\(?:x([0-9a-f]{2})|([0-7]{3})|(.))/g, (_, hex, octal, control) => {
    if (control !== undefined) return CONTROLS[control] ?? control;
    return String.fromCharCode(hex === undefined ? Number(`0o${octal}`) : Number(`0x${hex}`));
  });
  return Buffer.from(bytes, 'latin1').toString();
}

/** What xl prints before a domain's id. */
function printed(name: string, domid: number): string {
  const padding = ' '.repeat(Math.max(0, 40 - Buffer.byteLength(name)));
  const id = String(domid);
  return `${name}${padding} ${' '.repeat(Math.max(0, 5 - id.length))}`;
}

/**
 * The states of all domains of a host. One that is not among them is gone: to ask for a single domain would
 * not tell that from a host that does not answer.
 * @throws UserError when the host cannot list them, or the list cannot be read
 */
export async function listStates(host: CommandHost): Promise<TimedState[]> {
  return lines(host);
}

/**
 * The same, with their names.
 * @throws UserError when names and states do not fit together
 */
export async function listDomains(host: CommandHost): Promise<TimedDomain[]> {
  for (let tries = 1; ; tries++) {
    const listed = await lines(host);
    const names = await readNames(
      host,
      listed.map(({ domid }) => domid),
    );
    const strange = listed.find(
      ({ domid, before }) => `${before} ` !== printed(names.get(domid) ?? NAMELESS, domid),
    );
    if (strange === undefined) {
      return listed.map(({ before: _, ...state }) => ({
        ...state,
        name: names.get(state.domid) ?? NAMELESS,
      }));
    }
    if (tries === TRIES) {
      const { before, domid } = strange;
      const name = names.get(domid) ?? '';
      throw unreadable(`xl calls domain ${domid} "${before.trim()}", and xenstored "${name}"`);
    }
  }
}

function stateOf(flags: string, reason: string): string {
  if (flags.includes('d')) return 'dying';
  if (flags[3] === 's') return shutdownState(`shutdown:${Number(`0x${reason}`)}`);
  return flags.includes('p') ? 'paused' : 'running';
}

/** A state whose reason of a shutdown, if it is one, is a number, with the reason's name. */
export function shutdownState(state: string): string {
  const [what, reason] = state.split(':');
  return reason === undefined ? state : `${what}:${REASONS[Number(reason)] ?? reason}`;
}
