import { expect, it } from 'vitest';
import type { DomainSpec } from '../testbed.ts';
import { temporaryFolder } from '../testing/support.ts';
import { accountIn } from './account.ts';
import { Journal } from './journal.ts';

const HVM: DomainSpec = {
  ...{ role: 'target', name: 'tv-target', type: 'hvm', pages: 500, batch: 500 },
  ...{ pageSize: '4k', seed: 1 },
};
const WEB = { domid: 7, name: 'web', uuid: '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11' };
const GUEST = { ...WEB, state: 'running', isPaused: false, seconds: 0 };
const OTHER = { ...GUEST, uuid: '00000000-4d0c-4d8c-9a3c-6b2a7f1f2c11' };

async function accounted(consoles: 'log' | 'client') {
  const journal = Journal.create('local', await temporaryFolder());
  return { journal, account: accountIn(journal, consoles, '/f/introspector') };
}

it('has a domain and its logs in the journal, and strikes out the domain when it is gone', async () => {
  const { journal, account } = await accounted('log');
  const uuid = await account.creating(HVM);
  const logs = [
    { kind: 'file', path: '/var/log/xen/console/guest-tv-target.log' },
    { kind: 'file', path: '/var/log/xen/qemu-dm-tv-target.log' },
  ];
  expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(journal.entries).toEqual([...logs, { kind: 'domain', name: 'tv-target', uuid }]);
  const next = await account.creating(HVM);
  expect(next).not.toBe(uuid);
  await account.destroyed(uuid);
  expect(journal.entries).toEqual([...logs, { kind: 'domain', name: 'tv-target', uuid: next }]);
});

it('has the lock of a client of a console there once', async () => {
  const { journal, account } = await accounted('client');
  await account.attaching(7);
  await account.attaching(7);
  expect(journal.entries).toEqual([{ kind: 'file', path: '/var/lock/xenconsole.7' }]);
});

it("has what is done to strangers' guests there, until it is done with", async () => {
  const { journal, account } = await accounted('log');
  const { name, uuid } = WEB;
  const pause = { kind: 'pause', name, uuid };
  const program = '/f/introspector';
  const events = { kind: 'events', name, uuid, type: 'pvh', of: 'cpuid', program };
  await account.pausing(GUEST);
  expect(journal.entries).toEqual([pause]);
  await account.listening(GUEST, 'pvh', 'cpuid');
  expect(journal.entries).toEqual([pause, events]);
  await account.unpaused(OTHER);
  await account.unlistened(OTHER);
  expect(journal.entries).toEqual([pause, events]);
  await account.unpaused(GUEST);
  expect(journal.entries).toEqual([events]);
  await account.unlistened(GUEST);
  expect(journal.entries).toEqual([]);
});
