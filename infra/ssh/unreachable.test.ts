import { expect, it } from 'vitest';
import { isDropped, unreachable } from './unreachable.ts';

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:abc.
Offending ED25519 key in /home/a/.ssh/known_hosts:3
Host key for gate has changed and you have requested strict checking.
Host key verification failed.`;

it.each([
  [
    CHANGED,
    'the host key of gate is not the one that is known (/home/a/.ssh/known_hosts:3)',
    'ask',
  ],
  ['Host key verification failed.', 'Host key verification failed.', 'look at its host key'],
  ['root@h: Permission denied (publickey).', 'Permission denied', 'ssh-add'],
  [
    'channel 0: open failed: administratively prohibited: \nstdio forwarding failed',
    'administratively prohibited: ; stdio forwarding failed',
    'forwards no connections',
  ],
  ['ssh: connect to host h port 22: Connection refused', 'Connection refused', 'try it by hand'],
  ['', 'cannot reach root@h by ssh: it closed the connection before the login', 'MaxStartups'],
  [
    'kex_exchange_identification: Connection closed by remote host',
    'Connection closed',
    'MaxStartups',
  ],
])('makes one sentence of ssh’s words, and says what helps (%#)', (failure, why, advice) => {
  const error = unreachable({ host: 'root@h', byHand: 'ssh -J gate root@h' }, failure);
  expect(error.message).toContain(why);
  expect(error.message).not.toContain('\n');
  expect(error.advice).toContain(advice);
  expect(error.advice).toContain('ssh -J gate root@h');
});

it.each([
  [true, ''],
  [true, 'kex_exchange_identification: read: Connection reset by peer'],
  [
    true,
    'kex_exchange_identification: Connection closed by remote host\nConnection closed by 192.0.2.1 port 22',
  ],
  [true, 'Connection timed out during banner exchange'],
  [false, 'ssh: connect to host h port 22: Connection refused'],
  [false, 'root@h: Permission denied (publickey).'],
  [false, 'Host key verification failed.'],
  [false, 'stdio forwarding failed\nkex_exchange_identification: Connection closed by remote host'],
])('%s: a connection that was dropped: %j', (dropped, failure) => {
  expect(isDropped(failure)).toBe(dropped);
});
