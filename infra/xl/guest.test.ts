import { expect, it } from 'vitest';
import { type FakeDomain, fakeDomain, XenHost } from '../testing/xen-host.ts';
import { byCommands } from './control.ts';
import { type GuestAccount, XlGuest, XlStrangersGuest } from './guest.ts';
import { listDomains } from './list.ts';

const UUID = '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11';

/** A guest that is not ours, and its host; `said` is what its account was told, with its pauses then. */
async function stranger(more: Partial<FakeDomain> = {}, accounted = true) {
  const web = { ...fakeDomain(7, 'web', UUID), ...more };
  const host = await XenHost.with(web);
  const found = (await listDomains(host)).find(({ domid }) => domid === 7);
  if (found === undefined) throw new Error('the host does not list it');
  const said: string[] = [];
  const say = async (what: string, uuid: string) => void said.push(`${what} ${uuid} ${web.pauses}`);
  const account: GuestAccount = {
    pausing: ({ uuid }) => say('pausing', uuid),
    unpaused: ({ uuid }) => say('unpaused', uuid),
    listening: ({ uuid }, type, kind) => say(`listening ${type} ${kind}`, uuid),
    unlistened: ({ uuid }) => say('unlistened', uuid),
  };
  const guest = new XlStrangersGuest(host, found, 'pvh', accounted ? account : undefined);
  return { guest, web, host, said };
}

it('is told of before it is paused, and when it goes on', async () => {
  const { guest, web, said } = await stranger();
  await guest.pause();
  expect([web.pauses, said]).toEqual([1, [`pausing ${UUID} 0`]]);
  await guest.unpause();
  expect([web.pauses, said]).toEqual([0, [`pausing ${UUID} 0`, `unpaused ${UUID} 0`]]);
});

it('stays told of when it does not go on', async () => {
  const { guest, said } = await stranger({ pauses: 1, isStubborn: true });
  await expect(guest.unpause()).rejects.toThrow('it is paused still');
  expect(said).toEqual([]);
});

it('is told of before it is listened to, and afterwards', async () => {
  const { guest, said } = await stranger();
  await guest.beforeListening('cpuid');
  await guest.afterListening();
  expect(said).toEqual([`listening pvh cpuid ${UUID} 0`, `unlistened ${UUID} 0`]);
});

it('can be told of to nobody', async () => {
  const { guest, web, said } = await stranger({}, false);
  await guest.pause();
  await guest.unpause();
  await guest.beforeListening('cpuid');
  await guest.afterListening();
  expect([web.pauses, said]).toEqual([0, []]);
});

it.each<[Partial<FakeDomain>, string, boolean]>([
  [{}, 'running', true],
  [{ pauses: 1 }, 'paused', true],
  [{ shutdown: 2 }, 'shutdown:suspend', true],
  [{ shutdown: 3 }, 'shutdown:crash', false],
  [{ isDying: true }, 'dying', false],
])('of %j is %s; alive: %s', async (more, state, alive) => {
  const { guest } = await stranger(more);
  expect([await guest.state(), await guest.alive()]).toEqual([state, alive]);
});

it('is one domain by its id: a later one of its name is another', async () => {
  const { guest, web, host } = await stranger();
  web.domid = 8;
  expect([await guest.state(), await guest.alive()]).toEqual(['gone', false]);
  const other = new XlGuest(host, { name: 'other', domid: 8 }, 'pv', byCommands(host));
  expect([other.name, other.domid, other.type, await other.state()]).toEqual([
    ...['other', 8, 'pv', 'running'],
  ]);
});
