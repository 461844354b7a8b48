import { chown, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityOf, type ProcessIdentity } from '../process/identity.ts';
import { temporaryFolder } from '../testing/support.ts';
import { cleanHost } from './clean.ts';
import { Journal, type JournalRecord } from './journal.ts';
import { DEFAULTS, type HostSettings } from './settings.ts';

let root: string;
let settings: HostSettings;

beforeEach(async () => {
  root = await temporaryFolder();
  process.env.TINYVMI_STATE = join(root, 'state');
  const folder = join(root, 'host');
  await mkdir(folder);
  settings = { ...DEFAULTS, name: 'lab', reach: { kind: 'local' }, folder };
});
afterEach(() => {
  delete process.env.TINYVMI_STATE;
});

const OWNER = identityOf(process.pid);

/** A journal of a folder on the host that is there. */
async function recordOf(id: string, more: Partial<JournalRecord> = {}): Promise<JournalRecord> {
  const path = join(settings.folder, `tinyvmi-${id}`);
  await mkdir(path);
  if (OWNER === undefined) throw new Error('this process is not in /proc');
  return {
    ...{ version: 1, id, place: 'local', owner: OWNER, machine: hostname(), since: '2026' },
    entries: [{ kind: 'folder', path }],
    ...more,
  };
}

/** Writes a journal down on this machine. */
async function here(record: JournalRecord): Promise<void> {
  const { entries, ...rest } = record;
  const journal = new Journal({ ...rest, entries: [] });
  for (const entry of entries) await journal.add(entry);
}

/** Writes it down in its folder on the host. */
async function there(record: JournalRecord): Promise<void> {
  await writeFile(join(settings.folder, `tinyvmi-${record.id}`, 'journal'), JSON.stringify(record));
}

const clean = (journal?: string) => cleanHost(settings, { dryRun: false, journal });

it('undoes runs that are over, and leaves those that go on', async () => {
  await here(await recordOf('00000001', { ended: '2026' }));
  await here(await recordOf('00000002'));
  const { removed, failed, left } = await clean();
  expect(removed).toEqual([`the folder ${settings.folder}/tinyvmi-00000001`]);
  expect(failed).toEqual([]);
  expect(left).toEqual([expect.stringContaining('its run goes on')]);
  expect(await readdir(settings.folder)).toEqual(['tinyvmi-00000002']);
});

it('of another machine undoes the one that is named, and no other', async () => {
  const machine = 'gone.example.org';
  const owner = {
    ...(OWNER as ProcessIdentity),
    machine: { name: machine, id: '' },
    bootId: 'its',
  };
  const another = { machine, owner };
  await here(await recordOf('00000003', another));
  await there(await recordOf('00000004', another));
  const { removed, left } = await clean();
  expect(removed).toEqual([]);
  expect(left).toHaveLength(2);
  for (const text of left) expect(text).toContain('only gone.example.org knows');
  expect((await clean('00000003')).removed).toHaveLength(1);
  expect((await clean('00000004')).removed).toHaveLength(1);
  expect(await readdir(settings.folder)).toEqual([]);
});

it('does not undo a run that goes on here under another name of the host', async () => {
  const record = await recordOf('00000005', { place: 'ssh:root@lab' });
  await here(record);
  await there(record);
  expect((await clean()).left).toEqual([expect.stringContaining('its run goes on')]);
  await expect(clean('00000005')).rejects.toMatchObject({ kind: 'usage' });
  expect(await readdir(settings.folder)).toEqual(['tinyvmi-00000005']);
});

it('knows no journal of that id, and says so', async () => {
  await expect(clean('nope')).rejects.toMatchObject({
    kind: 'usage',
    message: 'there is no journal nope, neither here nor on lab',
  });
});

it.each([
  [
    'without its fields',
    '{"version":1,"id":"0000000a","entries":[]}',
    'it is no journal that this version wrote',
  ],
  [
    'of a newer version',
    '{"version":2}',
    'a newer tinyvmi-bench wrote it (version 2): clean with that one',
  ],
  ['that is cut', '{"version":1,', 'it is no journal, or one that is cut'],
])('leaves a journal %s alone, and tells of it', async (_case, text, why) => {
  const folder = join(settings.folder, 'tinyvmi-0000000a');
  await mkdir(folder);
  await writeFile(join(folder, 'journal'), text);
  const { removed, failed, left } = await clean();
  expect([...removed, ...failed]).toEqual([]);
  const journals = join(root, 'state', 'journals');
  await mkdir(journals, { recursive: true });
  await writeFile(join(journals, '0000000a.json'), text);
  const told = await clean();
  expect([...told.removed, ...told.failed]).toEqual([]);
  expect(left).toEqual([`${folder}/journal: ${why}`]);
  expect(told.left).toEqual([`${journals}/0000000a.json: ${why}`, ...left]);
});

it('believes no journal that has the id of another', async () => {
  const record = await recordOf('0000000d');
  await mkdir(join(settings.folder, 'tinyvmi-0000000e'));
  const text = JSON.stringify({ ...record, ended: '2026' });
  await writeFile(join(settings.folder, 'tinyvmi-0000000e', 'journal'), text);
  expect((await clean()).left).toEqual([expect.stringContaining('it is the journal 0000000d')]);
  await expect(clean('0000000d')).rejects.toThrow('there is no journal');
});

it('believes no journal of a folder that is a link to somewhere', async () => {
  const elsewhere = join(root, 'elsewhere');
  await mkdir(elsewhere);
  const record = await recordOf('0000000b');
  await writeFile(join(elsewhere, 'journal'), JSON.stringify({ ...record, id: '0000000c' }));
  await symlink(elsewhere, join(settings.folder, 'tinyvmi-0000000c'));
  await expect(clean('0000000c')).rejects.toThrow('there is no journal');
});

it("believes no journal of a folder that is somebody else's", async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root can give a folder away');
  await there(await recordOf('0000000f'));
  await chown(join(settings.folder, 'tinyvmi-0000000f'), 65534, 65534);
  await expect(clean('0000000f')).rejects.toThrow('there is no journal');
});
