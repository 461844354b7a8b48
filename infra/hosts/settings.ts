/** What we are told of a host with Xen: how to reach it, and what we may do there. */
import { UserError } from '../errors.ts';
import type { ClockMode } from '../testbed.ts';
import type { Labels } from '../xl/config.ts';
import type { PolicyFiles } from './policy.ts';

/** By the user's own ssh client, or because it is this machine. */
export type Reach =
  | { kind: 'local' }
  | {
      kind: 'ssh';
      /** `[user@]host`, or an alias of the ssh configuration. */
      host: string;
      port?: number;
      /** Path of a private key, beside those that ssh tries by itself. */
      identity?: string;
      /** `[user@]host[:port]` of each jump host, with commas between. */
      jump?: string;
      /** Path of an ssh configuration to read instead of the user's own. */
      config?: string;
    };

/** The most that all domains of ours may be at once on a host. */
export interface HostLimits {
  memoryMiB: number;
  domains: number;
}

/** One host. */
export interface HostSettings {
  /** As the user called it. */
  name: string;
  reach: Reach;
  /** Folder on the host below which we make our private one. */
  folder: string;
  clock: ClockMode;
  limits: HostLimits;
  /** Labels of the host's own policy, in the place of ours. */
  labels: Partial<Labels>;
  /** Needed to load a policy for a run. */
  policy?: PolicyFiles;
}

/** What a host gets of which nothing else is said. */
export const DEFAULTS: Omit<HostSettings, 'name' | 'reach'> = {
  folder: '/var/tmp',
  clock: 'wall',
  limits: { memoryMiB: 1024, domains: 8 },
  labels: {},
};

const ADDRESS =
  /^ssh:((?:[^\s@:-][^\s@:]*@)?)(\[[0-9a-fA-F:.]+\]|[^\s:@[\]-][^\s:@[\]]*)(?::(\d{1,5}))?$/;

/**
 * Reads `local` or `ssh:[user@]host[:port]`.
 * @returns undefined when it is neither
 * @throws UserError for an ssh address that cannot be
 */
export function parseAddress(text: string): Reach | undefined {
  if (text === 'local') return { kind: 'local' };
  if (!text.startsWith('ssh:')) return undefined;
  const [, user = '', host, port] = ADDRESS.exec(text) ?? [];
  if (host === undefined || Number(port ?? 22) > 65535 || Number(port ?? 22) === 0) {
    throw new UserError(`${text} is no address of a host`, {
      kind: 'usage',
      advice: 'write ssh:user@host or ssh:user@host:port',
    });
  }
  const reached = `${user}${host.replace(/[[\]]/g, '')}`;
  return { kind: 'ssh', host: reached, ...(port === undefined ? {} : { port: Number(port) }) };
}

/** Names a host for journals: the same way to it has the same text, however it is called. */
export function placeOf(reach: Reach): string {
  if (reach.kind === 'local') return 'local';
  const { host, port, jump, config } = reach;
  const ways = [
    port === undefined ? '' : `:${port}`,
    jump === undefined ? '' : ` by ${jump}`,
    config === undefined ? '' : ` of ${config}`,
  ];
  return `ssh:${host}${ways.join('')}`;
}
