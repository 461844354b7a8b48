import { expect, it } from 'vitest';
import { reach, sshOptions } from './reach.ts';
import { placeOf } from './settings.ts';

it('leaves the checking of host keys to the user', () => {
  const options = sshOptions({
    kind: 'ssh',
    host: 'root@h',
    port: 2222,
    identity: '/k',
    jump: 'j',
    config: '/c',
  });
  expect(options).toEqual([
    ...['-F', '/c', '-p', '2222', '-i', '/k', '-J', 'j'],
    ...['-o', 'RemoteCommand=none', '-o', 'PermitLocalCommand=no', '-o', 'ClearAllForwardings=yes'],
    ...['-o', 'ForwardAgent=no', '-o', 'ConnectTimeout=60'],
    ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4'],
  ]);
  expect(sshOptions({ kind: 'ssh', host: 'h' })[0]).toBe('-o');
});

it('names a place by the way to it', () => {
  expect(placeOf({ kind: 'local' })).toBe('local');
  expect(placeOf({ kind: 'ssh', host: 'root@h' })).toBe('ssh:root@h');
  expect(placeOf({ kind: 'ssh', host: 'h', port: 22, jump: 'j', config: '/c' })).toBe(
    'ssh:h:22 by j of /c',
  );
});

it('this machine is reached at once', async () => {
  const { host, close } = await reach({ kind: 'local' });
  expect((await host.run(['echo', 'here'])).stdout).toBe('here\n');
  await close();
});
