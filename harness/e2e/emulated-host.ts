/**
 * The emulated testbed as a host of somebody's: what tests do to it that no run does.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import { withMonitor } from '../../infra/emulated/monitor.ts';

/** What is measured in a few seconds. */
export const FEW_PAGES = [
  ...['--bench', 'page-walk', '--protocol', 'v1'],
  ...['--pages', '50', '--blocks', '1'],
];

/** The same for tests to which its report says nothing. */
export const SHORT = [...FEW_PAGES, '--no-report'];

/** An emulated testbed that is up, by the ssh configuration that leads to it. */
export interface SshConfigured {
  sshConfig: string;
}

const NEVER = new AbortController().signal;

/** A file of the testbed's private folder. */
export function privateFile({ sshConfig }: SshConfigured, name: string): string {
  return join(dirname(sshConfig), name);
}

/** Runs a command in Dom0 by an ssh of its own, whatever became of the testbed's connection. */
export function inDom0({ sshConfig }: SshConfigured, ...argv: string[]) {
  return execa('ssh', ['-F', sshConfig, '-o', 'ConnectTimeout=5', HOST_ALIAS, ...argv], {
    stdin: 'ignore',
    reject: false,
  });
}

/** The port of loopback by which a further port of Dom0 is reached from now on. */
export function forwardPort(host: SshConfigured, port: number): Promise<number> {
  return withMonitor(privateFile(host, 'monitor'), NEVER, async (command) => {
    const said = await command(`hostfwd_add net tcp:127.0.0.1:0-:${port}`);
    const text = await command('info usernet');
    const found = new RegExp(`127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+${port}\\s`).exec(text)?.[1];
    if (found === undefined) throw new Error(`QEMU forwards no port ${port}: ${said}${text}`);
    return Number(found);
  });
}

/**
 * Takes the power from the machine and gives it back: it loses all that it had in memory, which is its
 * disk too, and boots again at the same address, with the same keys.
 */
export function cutPower(host: SshConfigured): Promise<void> {
  return withMonitor(privateFile(host, 'monitor'), NEVER, async (_command, execute) => {
    await execute('set-action', { reboot: 'reset' });
    await execute('system_reset');
  });
}

/** Waits until its Dom0 lets us in again. */
export async function untilUp(host: SshConfigured): Promise<void> {
  for (;;) {
    const { exitCode } = await inDom0(host, 'xl', 'info');
    if (exitCode === 0) return;
    await sleep(500);
  }
}

/** The Dom0 kernel's id of its boot. */
export async function bootOf(host: SshConfigured): Promise<string> {
  return (await inDom0(host, 'cat', '/proc/sys/kernel/random/boot_id')).stdout.trim();
}

/** A stanza of an ssh configuration (ssh_config(5)) for a server on loopback. */
export function sshHost(
  alias: string,
  settings: { Port: number; UserKnownHostsFile: string } & Record<string, string | number>,
): string {
  const all = {
    HostName: '127.0.0.1',
    User: 'root',
    HostKeyAlias: alias,
    GlobalKnownHostsFile: '/dev/null',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `  ${name} ${value}\n`);
  return `Host ${alias}\n${lines.join('')}`;
}

/** Copies the pinned host key of a file of known hosts to another name. */
export async function pinAs(alias: string, from: string, to: string): Promise<void> {
  const line = await readFile(from, 'utf8');
  await writeFile(to, line.replace(/^\S+/, alias));
}
