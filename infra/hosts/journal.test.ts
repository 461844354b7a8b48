import { chown, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { fakeDomain, XenHost } from '../testing/xen-host.ts';
import { type Entry, Journal, journalsOf, parseJournal } from './journal.ts';
import { undoing, undoJournal } from './undo.ts';

const UUID = '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11';
const OTHER = '00000000-4d0c-4d8c-9a3c-6b2a7f1f2c11';
const DOMAIN: Entry = { kind: 'domain', name: 'tv-target', uuid: UUID };

/** Makes the folder that the run of a journal has on a host. */
async function folderOf(journal: Journal, root: string): Promise<string> {
  const folder = join(root, `tinyvmi-${journal.id}`);
  await mkdir(folder);
  return folder;
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
  expect(parseJournal(mirrored, journal.id)).toMatchObject({ entries: [DOMAIN] });
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

it('of a container or a machine into which nobody sees may go on', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  await journal.add(DOMAIN);
  const path = join(root, 'journals', `${journal.id}.json`);
  const written = JSON.parse(await readFile(path, 'utf8'));
  for (const owner of [
    { pidNamespace: 'pid:[1]' },
    { bootId: 'x', machine: { name: 'lab', id: 'y' } },
  ]) {
    await writeFile(path, JSON.stringify({ ...written, owner: { ...written.owner, ...owner } }));
    expect((await journalsOf('local', root)).map(({ running }) => running)).toEqual(['unknown']);
  }
});

it('undoes what it lists, and leaves another domain of the same name', async () => {
  const root = await temporaryFolder();
  const host = await XenHost.with(
    fakeDomain(3, 'tv-target', OTHER),
    fakeDomain(7, 'tv-target', UUID),
  );
  const journal = Journal.create('local', root);
  const folder = await folderOf(journal, root);
  await journal.add({ kind: 'folder', path: folder });
  await journal.add(DOMAIN);
  const { removed, failed } = await undoJournal(host, journal);
  expect(failed).toEqual([]);
  expect(removed).toEqual([`the domain tv-target (id 7, ${UUID})`, `the folder ${folder}`]);
  expect(host.domains.map(({ uuid }) => uuid).slice(1)).toEqual([OTHER]);
  expect(await readdir(root)).toEqual(['journals']);
  expect(journal.entries).toEqual([]);
});

it('ends what runs from the folder, and nothing else', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  const folder = await folderOf(journal, root);
  await execa('cp', ['/bin/sleep', folder]);
  const ours = execa(join(folder, 'sleep'), ['60'], { reject: false });
  const others = execa('sleep', ['60'], { reject: false });
  await sleep(200);
  await journal.add({ kind: 'folder', path: folder });
  await undoJournal(new AnsweringHost(), journal);
  expect((await ours).signal).toBe('SIGKILL');
  expect(others.exitCode).toBeNull();
  others.kill();
});

it('keeps what could not be undone, and does the rest', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  const folder = await folderOf(journal, root);
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
  const journal = Journal.create('local', root);
  const folder = await folderOf(journal, root);
  await mkdir(join(folder, 'mounted'));
  await writeFile(join(folder, 'mounted', 'precious'), '');
  const entry: Entry = { kind: 'folder', path: folder };
  await journal.add(entry);
  const { failed } = await undoJournal(new AnsweringHost(), journal);
  expect(failed).toEqual([expect.stringContaining(`remove the folder ${folder}`)]);
  expect(await readdir(join(folder, 'mounted'))).toEqual(['precious']);
  expect(journal.entries).toEqual([entry]);
});

it('destroys no domain that does not have a name of ours, whatever a journal says', async () => {
  const host = await XenHost.with(fakeDomain(7, 'customer-db', UUID));
  const journal = Journal.create('local', await temporaryFolder());
  await journal.add(DOMAIN);
  const { failed } = await undoJournal(host, journal);
  expect(failed).toEqual([
    expect.stringContaining('customer-db, which this program does not make'),
  ]);
  expect(host.told).toEqual([]);
});

it.each([
  '/etc',
  '/var/tmp/tinyvmi-<id>/../..',
  '/var/tmp/tinyvmi-<id>/..',
  '/home/me/tinyvmi-bench',
  '/var/tmp/tinyvmi-0123abcd',
  'tinyvmi-<id>',
])('does not remove %s', async (of) => {
  const journal = Journal.create('local', await temporaryFolder());
  const path = of.replace('<id>', journal.id);
  await journal.add({ kind: 'folder', path });
  const host = new AnsweringHost();
  // Nothing is run here, should it come to that.
  host.answers.set('sh', () => ({ exitCode: 0, stdout: 'there\n', stderr: '' }));
  const { failed } = await undoJournal(host, journal);
  expect(failed).toEqual([`a journal lists ${path}, which this program does not make`]);
  expect(host.asked).toEqual([]);
});

it('removes logs of domains of ours, their device models included, and of no others', async () => {
  const host = new AnsweringHost();
  host.answers.set('sh', () => ({ exitCode: 0, stdout: 'there\n', stderr: '' }));
  const removal = (path: string) => undoing(host, { kind: 'file', path }, { id: '0123abcd' });
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
  const journal = Journal.create('local', root, 'an earlier boot');
  const folder = await folderOf(journal, root);
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

describe('strikes out an entry only when the host says that it is undone', () => {
  /** A journal of one entry, and what became of it. */
  async function undo(host: AnsweringHost, entry: Entry) {
    const journal = Journal.create('local', await temporaryFolder());
    await journal.add(entry);
    return { ...(await undoJournal(host, journal)), left: journal.entries };
  }
  const PAUSE: Entry = { kind: 'pause', name: 'web', uuid: UUID };

  it('of a guest that was renamed meanwhile, to a name with spaces', async () => {
    const web = { ...fakeDomain(7, 'my 1 web', UUID), pauses: 1 };
    const { removed, failed, left } = await undo(await XenHost.with(web), PAUSE);
    expect(removed).toEqual([`the pause of my 1 web (id 7, ${UUID})`]);
    expect([failed, left, web.pauses]).toEqual([[], [], 0]);
  });

  it('of a guest that was paused and has shut down', async () => {
    const web = { ...fakeDomain(7, 'web', UUID), pauses: 1, shutdown: 2 };
    expect((await undo(await XenHost.with(web), PAUSE)).left).toEqual([]);
    expect(web.pauses).toBe(0);
  });

  it('not when a line of the list cannot be read', async () => {
    const host = await XenHost.with({ ...fakeDomain(7, 'a\nb', UUID), pauses: 1 });
    for (const entry of [PAUSE, DOMAIN]) {
      const { failed, left } = await undo(host, entry);
      expect(failed).toEqual([expect.stringContaining('cannot be read')]);
      expect(left).toEqual([entry]);
    }
    expect(host.told).toEqual([]);
  });

  it('not when xl ends with 0 and the guest is paused still', async () => {
    const web = { ...fakeDomain(7, 'web', UUID), pauses: 1, isStubborn: true };
    const { removed, failed, left } = await undo(await XenHost.with(web), PAUSE);
    expect(removed).toEqual([]);
    expect(failed).toEqual([expect.stringContaining('it is paused still')]);
    expect(left).toEqual([PAUSE]);
  });

  it('not of a domain that is dying, and has lost its name', async () => {
    const dying = { ...fakeDomain(7, undefined, UUID), isDying: true, isStubborn: true };
    const host = await XenHost.with(dying);
    const { failed, left } = await undo(host, DOMAIN);
    expect(failed).toEqual([
      `cannot remove the domain (null) (id 7, ${UUID}): its state is dying; a domain that is dying is gone when nobody has its memory mapped any more`,
    ]);
    expect(left).toEqual([DOMAIN]);
    expect(host.told).toEqual(['xl destroy 7']);
  });

  it('not when nobody says whether a file is there', async () => {
    const host = new AnsweringHost();
    host.answers.set('sh', () => ({ exitCode: 255, stdout: '', stderr: 'connection closed' }));
    for (const entry of [
      { kind: 'file', path: '/var/log/xen/qemu-dm-tv-target.log' },
      { kind: 'lock', id: '0123abcd' },
    ] as const) {
      const { failed, left } = await undo(host, entry);
      expect(failed).toEqual([expect.stringContaining('connection closed')]);
      expect(left).toEqual([entry]);
    }
  });

  it.each([
    ['of an unknown kind', { kind: 'bridge', path: '/x' }, 'lists a "bridge", which this version'],
    ['of a kind that objects have', { kind: 'toString' }, 'lists a "toString"'],
    ['that is none', null, 'lists something that is no entry'],
    ['without a kind', { path: '/x' }, 'lists something that is no entry'],
    ['of events without a program', { kind: 'events', name: 'web', uuid: UUID }, 'without its'],
    ['of a folder without a path', { kind: 'folder' }, 'a folder without its path'],
    ['of a setting that is none', { kind: 'setting' }, 'a setting that is none'],
  ])('not one %s, and the others are undone', async (_case, bad, why) => {
    const entry = bad as unknown as Entry;
    const root = await temporaryFolder();
    const journal = Journal.create('local', root);
    const folder = await folderOf(journal, root);
    await journal.add({ kind: 'folder', path: folder });
    await journal.add(entry);
    await journal.add(PAUSE);
    const web = { ...fakeDomain(7, 'web', UUID), pauses: 1 };
    const { removed, failed } = await undoJournal(await XenHost.with(web), journal);
    expect(failed).toEqual([expect.stringContaining(why)]);
    expect(removed).toHaveLength(2);
    expect(web.pauses).toBe(0);
    expect(journal.entries).toEqual([entry]);
  });
});

describe.each<[string, (elsewhere: string, path: string) => Promise<unknown>, boolean]>([
  ['that is a link', (elsewhere, path) => symlink(elsewhere, path), false],
  [
    "that is somebody else's",
    async (elsewhere, path) => {
      await rename(elsewhere, path);
      await chown(path, 65534, 65534);
    },
    true,
  ],
])('a folder %s', (_case, make, byRoot) => {
  it('is not removed', async (context) => {
    if (byRoot && process.getuid?.() !== 0) context.skip('only root can give a folder away');
    const root = await temporaryFolder();
    const journal = Journal.create('local', root);
    const elsewhere = join(root, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'precious'), '');
    const path = join(root, `tinyvmi-${journal.id}`);
    await make(elsewhere, path);
    await journal.add({ kind: 'folder', path });
    const { failed } = await undoJournal(new AnsweringHost(), journal);
    expect(failed).toEqual([expect.stringContaining(`${path} belongs to somebody else`)]);
    expect(await readdir(path)).toEqual(['precious']);
  });
});
