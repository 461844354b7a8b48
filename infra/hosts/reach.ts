/** Opens the way to a host: the user's own ssh client with a connection of ours, or this machine. */
import { cacheRoot } from '../cache/root.ts';
import { Run } from '../emulated/runs.ts';
import { LocalHost } from '../local/local-host.ts';
import { quoteAll } from '../ssh/quote.ts';
import { SshHost } from '../ssh/ssh-host.ts';
import type { Host } from '../testbed.ts';
import type { Reach } from './settings.ts';

type SshReach = Extract<Reach, { kind: 'ssh' }>;

/** A host that is reached, until `close`. */
export interface Reached {
  host: Host;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 60_000;

/**
 * Options of ssh(1) beside the user's configuration. Host keys are checked as the user has it. What a
 * configuration may start by itself (forwarded ports, commands) is not for us.
 */
export function sshOptions(reach: SshReach): string[] {
  const settings = [
    'RemoteCommand=none',
    'PermitLocalCommand=no',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    `ConnectTimeout=${CONNECT_TIMEOUT_MS / 1000}`,
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
  ];
  return [...wayTo(reach), ...settings.flatMap((setting) => ['-o', setting])];
}

/** Options of ssh(1) that say where a host is and how to get in. */
function wayTo({ config, port, identity, jump }: SshReach): string[] {
  return [
    ...(config === undefined ? [] : ['-F', config]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identity === undefined ? [] : ['-i', identity]),
    ...(jump === undefined ? [] : ['-J', jump]),
  ];
}

/**
 * Connects.
 * @throws UserError when ssh cannot reach the host
 */
export async function reach(to: Reach, signal?: AbortSignal): Promise<Reached> {
  if (to.kind === 'local') return { host: new LocalHost(), close: async () => undefined };
  const run = await Run.create(cacheRoot());
  const ssh = new SshHost({
    host: to.host,
    options: sshOptions(to),
    byHand: quoteAll(['ssh', ...wayTo(to), to.host]),
    controlPath: run.path('ssh'),
  });
  const close = async () => {
    await ssh.close();
    await run.remove();
  };
  try {
    await ssh.connect(CONNECT_TIMEOUT_MS, signal);
  } catch (error) {
    await close();
    throw error;
  }
  return { host: ssh, close };
}
