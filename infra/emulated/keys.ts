/**
 * The key pairs of one testbed: one by which Dom0 proves that it is ours, one by which we may enter.
 * Both live as long as the testbed.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../process/command.ts';

/** Name under which the host key is pinned, whatever port the testbed has. */
export const HOST_ALIAS = 'tinyvmi-dom0';

const KEY_TYPE = 'ssh-ed25519';

/** The keys, as the two ends want them. */
export interface TestbedKeys {
  /** Path of our private key. */
  identity: string;
  /** Path of the file that pins Dom0's host key. */
  knownHosts: string;
  /** Dom0's host key, in dropbear's format. */
  hostKey: Uint8Array;
  /** The line that lets us in. */
  authorizedKeys: string;
}

/** Makes new keys in a private folder. */
export async function makeKeys(folder: string): Promise<TestbedKeys> {
  const identity = join(folder, 'id_ed25519');
  await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'tinyvmi', '-f', identity]);
  const { privateKey } = generateKeyPairSync('ed25519');
  const [secret, open] = rawKeys(privateKey);
  const knownHosts = join(folder, 'known_hosts');
  const publicBlob = Buffer.concat([sshString(Buffer.from(KEY_TYPE)), sshString(open)]);
  await writeFile(knownHosts, `${HOST_ALIAS} ${KEY_TYPE} ${publicBlob.toString('base64')}\n`);
  return {
    identity,
    knownHosts,
    hostKey: Buffer.concat([
      sshString(Buffer.from(KEY_TYPE)),
      sshString(Buffer.concat([secret, open])),
    ]),
    authorizedKeys: await readFile(`${identity}.pub`, 'utf8'),
  };
}

/** The 32 bytes of each half (RFC 8032). */
function rawKeys(key: KeyObject): [secret: Buffer, open: Buffer] {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  return [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
}

/** A string of the SSH protocol: its length in 32 bits, then its bytes (RFC 4251, section 5). */
function sshString(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
