/** The ssh configuration by which an emulated Dom0 is reached, by whoever reads it. */
import { HOST_ALIAS, type TestbedKeys } from './keys.ts';

/** A path as one word: in a folder with spaces it would be several, and ssh expands what follows a "%". */
function word(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

/** An ssh configuration by which HOST_ALIAS is Dom0 (ssh_config(5)). */
export function sshConfiguration(
  port: number,
  keys: Pick<TestbedKeys, 'identity' | 'knownHosts'>,
  connectTimeoutMs: number,
): string {
  const settings = {
    HostName: '127.0.0.1',
    Port: String(port),
    User: 'root',
    IdentityFile: word(keys.identity),
    IdentitiesOnly: 'yes',
    HostKeyAlias: HOST_ALIAS,
    UserKnownHostsFile: word(keys.knownHosts),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    ConnectTimeout: String(connectTimeoutMs / 1000),
  };
  const lines = Object.entries(settings).map(([name, value]) => `  ${name} ${value}\n`);
  return `Host ${HOST_ALIAS}\n${lines.join('')}`;
}
