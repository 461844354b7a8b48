import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { type Entry, Journal, journalsOf, parseJournal } from './journal.ts';
import { undoing, undoJournal } from './undo.ts';

const UUID = '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11';
const OTHER = '00000000-4d0c-4d8c-9a3c-6b2a7f1f2c11';
const DOMAIN: Entry = { kind: 'domain', name: 'tv-target', uuid: UUID };

/** A host on which these domains run, by UUID; `xl destroy` takes them away. */
function hostWith(domains: Map<string, number>) {
  const host = new AnsweringHost();
  const ok = (stdout = '') => ({ exitCode: 0, stdout, stderr: '' });
  host.answers.set('xl', ([, verb, id]) => {
    if (verb === 'destroy') {
      for (const [uuid, domid] of domains) if (String(domid) === id) domains.delete(uuid);
      return ok();
    }
    const lines = [...domains].map(
      ([uuid, domid]) => `tv-target ${domid} 128 1 -b---- 15.7 ${uuid} - system_u:system_r:t`,
    );
    return ok(`${lines.join('\n')}\n`);
  });
  return host;
}

it('is on the disk before anything is made, on the host too, and gone with its last entry', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('ssh:h', root);
  let mirrored = '';
  await journal.add(DOMAIN);
  await journal.mirror(async (text) => {
    mirrored = text;
  });
  const [found] = await journalsOf('ssh:h', root);
  expect(found).toMatchObject({ running: true, record: { id: journal.id, entries: [DOMAIN] } });
  expect(parseJournal(mirrored)?.entries).toEqual([DOMAIN]);
  expect(await journalsOf('ssh:elsewhere', root)).toEqual([]);
  await journal.strike(DOMAIN);
  expect(await readdir(join(root, 'journals'))).toEqual([]);
});

it('tells a run that is over from one that goes on', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  await journal.add(DOMAIN);
  const path = join(root, 'journals', `${journal.id}.json`);
  const record = JSON.parse(await readFile(path, 'utf8'));
  record.owner.startTime = '1';
  await writeFile(path, JSON.stringify(record));
  expect((await journalsOf('local', root)).map(({ running }) => running)).toEqual([false]);
});

it('undoes what it lists, and leaves another domain of the same name', async () => {
  const root = await temporaryFolder();
  const domains = new Map([
    [OTHER, 3],
    [UUID, 7],
  ]);
  const folder = join(root, 'tinyvmi-x');
  await mkdir(folder);
  const journal = Journal.create('local', root);
  await journal.add({ kind: 'folder', path: folder });
  await journal.add(DOMAIN);
  const { removed, failed } = await undoJournal(hostWith(domains), journal);
  expect(failed).toEqual([]);
  expect(removed).toEqual([`the domain tv-target (id 7, ${UUID})`, `the folder ${folder}`]);
  expect([...domains.keys()]).toEqual([OTHER]);
  expect(await readdir(root)).toEqual(['journals']);
  expect(journal.entries).toEqual([]);
});

it('ends what runs from the folder, and nothing else', async () => {
  const root = await temporaryFolder();
  const folder = join(root, 'tinyvmi-x');
  await mkdir(folder);
  await execa('cp', ['/bin/sleep', folder]);
  const ours = execa(join(folder, 'sleep'), ['60'], { reject: false });
  const others = execa('sleep', ['60'], { reject: false });
  await sleep(200);
  const journal = Journal.create('local', root);
  await journal.add({ kind: 'folder', path: folder });
  await undoJournal(new AnsweringHost(), journal);
  expect((await ours).signal).toBe('SIGKILL');
  expect(others.exitCode).toBeNull();
  others.kill();
});

it('keeps what could not be undone, and does the rest', async () => {
  const root = await temporaryFolder();
  const folder = join(root, 'tinyvmi-x');
  await mkdir(folder);
  const journal = Journal.create('local', root);
  await journal.add(DOMAIN);
  await journal.add({ kind: 'folder', path: folder });
  const host = new AnsweringHost();
  host.answers.set('xl', () => ({ exitCode: 1, stdout: '', stderr: 'no xenstored' }));
  const { removed, failed } = await undoJournal(host, journal);
  expect(removed).toEqual([`the folder ${folder}`]);
  expect(failed).toEqual([expect.stringContaining('no xenstored')]);
  expect(journal.entries).toEqual([DOMAIN]);
});

it("leaves what somebody else put into the folder's own folders, and says so", async () => {
  const root = await temporaryFolder();
  const folder = join(root, 'tinyvmi-x');
  await mkdir(join(folder, 'mounted'), { recursive: true });
  await writeFile(join(folder, 'mounted', 'precious'), '');
  const journal = Journal.create('local', root);
  const entry: Entry = { kind: 'folder', path: folder };
  await journal.add(entry);
  const { failed } = await undoJournal(new AnsweringHost(), journal);
  expect(failed).toEqual([expect.stringContaining(`remove the folder ${folder}`)]);
  expect(await readdir(join(folder, 'mounted'))).toEqual(['precious']);
  expect(journal.entries).toEqual([entry]);
});

it('destroys no domain that does not have a name of ours, whatever a journal says', async () => {
  const host = new AnsweringHost();
  host.answers.set('xl', ([, verb]) => {
    if (verb === 'destroy') throw new Error('it was destroyed');
    return { exitCode: 0, stdout: `customer-db 7 128 1 -b---- 1.0 ${UUID} - x\n`, stderr: '' };
  });
  const journal = Journal.create('local', await temporaryFolder());
  await journal.add(DOMAIN);
  const { failed } = await undoJournal(host, journal);
  expect(failed).toEqual([
    expect.stringContaining('customer-db, which this program does not make'),
  ]);
});

it.each(['/etc', '/var/tmp/tinyvmi-x/../..'])('does not remove %s', async (path) => {
  const journal = Journal.create('local', await temporaryFolder());
  await journal.add({ kind: 'folder', path });
  const host = new AnsweringHost();
  const { failed } = await undoJournal(host, journal);
  expect(failed).toEqual([expect.stringContaining('which this program does not make')]);
  expect(host.asked).toEqual([]);
});

it('removes logs of domains of ours, their device models included, and of no others', async () => {
  const host = new AnsweringHost();
  host.answers.set('test', () => ({ exitCode: 0, stdout: '', stderr: '' }));
  const removal = (path: string) => undoing(host, { kind: 'file', path });
  for (const path of [
    '/var/log/xen/console/guest-tv-target.log',
    '/var/log/xen/qemu-dm-tv-target.log',
  ]) {
    expect(await removal(path)).toMatchObject({ argv: ['rm', '-f', path] });
  }
  await expect(removal('/var/log/xen/qemu-dm-web.log')).rejects.toThrow('does not make');
});

it('of a run that is over can be undone by its own process', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  await journal.add(DOMAIN);
  await journal.end();
  const [found] = await journalsOf('local', root);
  expect(found).toMatchObject({ running: false, record: { entries: [DOMAIN] } });
});

it('of a host that was restarted since undoes only what a restart leaves', async () => {
  const root = await temporaryFolder();
  const folder = join(root, 'tinyvmi-x');
  await mkdir(folder);
  const journal = Journal.create('local', root, 'an earlier boot');
  await journal.add({ kind: 'folder', path: folder });
  await journal.add(DOMAIN);
  await journal.add({ kind: 'file', path: '/var/lock/xenconsole.1' });
  await journal.add({ kind: 'policy', restore: '/boot/xenpolicy' });
  const before = { of: 'ratelimit', scheduler: 'credit2', microseconds: 1000 } as const;
  await journal.add({ kind: 'setting', before });
  const host = new AnsweringHost();
  const { removed, restarted, failed } = await undoJournal(host, journal);
  expect({ removed, restarted, failed }).toEqual({
    removed: [`the folder ${folder}`],
    restarted: true,
    failed: [],
  });
  expect(host.asked.filter((line) => line.startsWith('xl'))).toEqual([]);
  expect(journal.entries).toEqual([]);
});
