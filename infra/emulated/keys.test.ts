import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { makeKeys } from './keys.ts';

it('makes a key to enter with, which only we can read', async () => {
  const keys = await makeKeys(await temporaryFolder());
  expect((await stat(keys.identity)).mode & 0o777).toBe(0o600);
  const { stdout } = await execa('ssh-keygen', ['-y', '-f', keys.identity]);
  expect(keys.authorizedKeys).toContain(stdout.split(' ')[1]);
});

it('pins the host key that it gives to Dom0', async () => {
  const keys = await makeKeys(await temporaryFolder());
  const known = await readFile(keys.knownHosts, 'utf8');
  expect(known).toMatch(/^tinyvmi-dom0 ssh-ed25519 \S+\n$/);
  await execa('ssh-keygen', ['-l', '-f', keys.knownHosts]);

  const hostKey = Buffer.from(keys.hostKey);
  expect(hostKey.toString('latin1', 4, 15)).toBe('ssh-ed25519');
  expect(hostKey.readUInt32BE(15)).toBe(64);
  const secret = hostKey.subarray(19, 51);
  const open = hostKey.subarray(51);
  const derived = createPublicKey(
    createPrivateKey({
      key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]),
      format: 'der',
      type: 'pkcs8',
    }),
  ).export({ format: 'jwk' });
  expect(derived.x).toBe(open.toString('base64url'));
  expect(Buffer.from(known.split(' ')[2] ?? '', 'base64').subarray(-32)).toEqual(open);
});

it('makes others every time', async () => {
  const [one, two] = [
    await makeKeys(await temporaryFolder()),
    await makeKeys(await temporaryFolder()),
  ];
  expect(one.authorizedKeys).not.toBe(two.authorizedKeys);
  expect(one.hostKey).not.toEqual(two.hostKey);
});
