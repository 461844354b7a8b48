import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { fakeDomain, XenHost } from '../testing/xen-host.ts';
import { type Entry, Journal } from './journal.ts';
import { undoingOrder, undoJournal } from './undo.ts';

const UUID = '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11';
const LISTENER = '00000000-4d0c-4d8c-9a3c-6b2a7f1f2c11';

/** A program that notes its arguments beside itself, and fails when there is a file `fails` there. */
const PROGRAM =
  '#!/bin/sh\necho "$@" >> "$(dirname "$0")/../told"\n! [ -e "$(dirname "$0")/../fails" ]\n';

/** A host with a guest that is listened to by a domain of ours, and our folder with the program. */
async function host() {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  const name = `tinyvmi-${journal.id}`;
  const folder = join(root, name);
  const program = join(folder, 'tinyvmi-introspector');
  await mkdir(folder);
  await writeFile(program, PROGRAM);
  await chmod(program, 0o700);
  const answering = await XenHost.with(
    fakeDomain(7, 'some', UUID),
    fakeDomain(9, 'tv-listener', LISTENER),
  );
  const entry: Extract<Entry, { kind: 'events' }> = {
    ...{ kind: 'events', name: 'web', uuid: UUID, type: 'pvh', of: 'cpuid', program },
  };
  await journal.add({ kind: 'folder', path: folder });
  const told = () => readFile(join(root, 'told'), 'utf8').catch(() => '');
  return { root, name, folder, program, answering, entry, journal, told };
}

it('events are taken off a guest after what listened is gone, and before the folder with the program is', async () => {
  const { folder, answering, entry, journal, told, root, name } = await host();
  await journal.add({ kind: 'domain', name: 'tv-event-introspector', uuid: LISTENER });
  await journal.add(entry);
  const { removed, failed } = await undoJournal(answering, journal);
  expect(failed).toEqual([]);
  expect(removed).toEqual([
    `the domain tv-listener (id 9, ${LISTENER})`,
    `what listened to cpuid events of some (id 7, ${UUID})`,
    `the folder ${folder}`,
  ]);
  expect(answering.told).toEqual(['xl destroy 9']);
  expect(await told()).toBe('events-off 7 pvh cpuid\n');
  expect(journal.entries).toEqual([]);
  expect(await readdir(root)).not.toContain(name);
});

it('the order is last first for everything else', () => {
  const of = (kind: string): Entry => ({ kind, name: kind }) as unknown as Entry;
  const order = (...kinds: string[]) => undoingOrder(kinds.map(of)).map(({ kind }) => kind);
  expect(order('folder', 'setting', 'domain', 'file', 'domain', 'events')).toEqual([
    ...['domain', 'file', 'domain', 'events', 'setting', 'folder'],
  ]);
  expect(order('folder', 'policy', 'events')).toEqual(['events', 'policy', 'folder']);
  expect(order('folder', 'pause', 'domain')).toEqual(['domain', 'pause', 'folder']);
});

it('the folder stays, with the program, when they cannot be taken off', async () => {
  const { root, folder, program, answering, entry, journal } = await host();
  await writeFile(join(root, 'fails'), '');
  await journal.add(entry);
  const { removed, failed } = await undoJournal(answering, journal);
  expect(removed).toEqual([]);
  expect(failed).toEqual([
    expect.stringContaining('what listened to cpuid events of some'),
    `the folder ${folder} stays: it has what takes events off a guest`,
  ]);
  expect(journal.entries.map(({ kind }) => kind)).toEqual(['folder', 'events']);
  expect(await readFile(program, 'utf8')).toBe(PROGRAM);
});

it('our process that listens is ended before', async () => {
  const { folder, answering, entry, journal, told } = await host();
  await execa('cp', ['/bin/sleep', folder]);
  const listener = execa(join(folder, 'sleep'), ['60'], { reject: false });
  await sleep(200);
  await journal.add(entry);
  expect((await undoJournal(answering, journal)).failed).toEqual([]);
  expect((await listener).signal).toBe('SIGKILL');
  expect(await told()).toBe('events-off 7 pvh cpuid\n');
});

it('nothing is done to a guest that is gone, or of an earlier boot of the host', async () => {
  const { answering, entry, root, told } = await host();
  const earlier = Journal.create('local', root, 'another boot');
  await earlier.add(entry);
  expect(await undoJournal(answering, earlier)).toMatchObject({ restarted: true, failed: [] });
  expect(await told()).toBe('');

  const other = await host();
  other.answering.domains.splice(1, 1);
  await other.journal.add(other.entry);
  expect((await undoJournal(other.answering, other.journal)).failed).toEqual([]);
  expect(await other.told()).toBe('');
});

it('a program that is gone is told of', async () => {
  const { answering, entry, journal } = await host();
  const program = `/tmp/tinyvmi-${journal.id}/tinyvmi-introspector`;
  await journal.add({ ...entry, program });
  const { failed } = await undoJournal(answering, journal);
  expect(failed).toEqual([
    `some (id 7) may wait for answers to its cpuid events, and ${program}, which takes them off, is gone`,
  ]);
});

// Of programs that there are not, should it come to that.
it.each([
  [{ program: '/nonexistent/bin/env' }, 'which this program does not make'],
  [{ program: '/tmp/tinyvmi-x/../../etc/x' }, 'which this program does not make'],
  [{ of: 'cpuid; reboot' }, 'a journal lists events that are none'],
  [{ type: '$(reboot)' }, 'a journal lists events that are none'],
])('runs nothing for %j', async (wrong, message) => {
  const { answering, entry, journal, told } = await host();
  await journal.add({ ...entry, ...wrong });
  const { failed } = await undoJournal(answering, journal);
  expect(failed[0]).toContain(message);
  expect(await told()).toBe('');
});
