import { mkdir, open, readdir, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, execaSync } from 'execa';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../testing/support.ts';
import { BrokenSnapshot, boundBytes, type Maker, SnapshotStore, whyNoRoom } from './store.ts';

const MIB = 2 ** 20;
const never = new AbortController().signal;
const KEY = '0123456789abcdef';
let root: string;
let store: SnapshotStore;

beforeEach(async () => {
  root = await temporaryFolder();
  store = new SnapshotStore(root);
});

/** Saves a machine of a few bytes. */
function maker(content = 'xen', megabytes = 1): Maker {
  return async ({ ram, state }) => {
    await writeFile(ram, Buffer.alloc(megabytes * MIB, content));
    await truncate(ram, 8 * MIB);
    await writeFile(state, `state of ${content}`);
    return { inputs: { qemu: '7.2' }, domains: [] };
  };
}

function take(key = KEY, make: Maker = maker()) {
  return store.take(key, make, never, () => undefined);
}

async function change(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.from([1]), 0, 1, at);
  await file.close();
}

describe('a snapshot', () => {
  it('is made once, and found again as it was', async () => {
    const made = await take();
    const again = await take(KEY, async () => {
      throw new Error('made twice');
    });
    expect(again).toMatchObject({ key: KEY, id: made.id, boot: made.id, inputs: { qemu: '7.2' } });
    expect(made.id).toMatch(/^[0-9a-f]{12}$/);
    expect(await again.whyBroken()).toBeUndefined();
  });

  it('goes back to the boot of the one that it was made from', async () => {
    const first = await take();
    const second = await take('fedcba9876543210', async (files, signal) => ({
      ...(await maker('xen, with a target')(files, signal)),
      boot: first.boot,
    }));
    expect(second.boot).toBe(first.id);
    expect(second.id).not.toBe(first.id);
  });

  it('is readable by its owner alone', async () => {
    const { ramFile, stateFile } = await take();
    for (const file of [ramFile, stateFile]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, 'snapshots'))).mode & 0o777).toBe(0o700);
  });

  it('for which the disk has no room is one clear error, and nothing stays', async (context) => {
    const temporary = join(root, 'tmp');
    await mkdir(temporary);
    const options = ['-t', 'tmpfs', '-o', 'size=4m', 'none', temporary];
    const mounted = await execa('mount', options, { reject: false });
    if (mounted.failed) context.skip('only root can mount a small file system');
    onTestFinished(() => void execaSync('umount', [temporary]));
    await expect(take(KEY, maker('xen', 6))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^a snapshot of the emulated host cannot be kept: ENOSPC/),
    });
    expect(await readdir(temporary)).toEqual([]);
    expect(await store.list()).toEqual([]);
  });

  it('of other content has another name', async () => {
    const one = await take();
    await store.remove(KEY);
    expect((await take(KEY, maker('a later boot'))).id).not.toBe(one.id);
  });
});

describe('what is not whole', () => {
  it.each([
    [
      'RAM that was cut short',
      (folder: string) => truncate(join(folder, 'ram'), MIB),
      'its RAM has',
    ],
    ['a state that was cut short', (folder: string) => truncate(join(folder, 'state'), 3), 'state'],
    ['a state with a byte changed', (folder: string) => change(join(folder, 'state'), 2), 'state'],
    [
      'no description',
      (folder: string) => truncate(join(folder, 'snapshot.json'), 0),
      'description',
    ],
    [
      'a description of another snapshot',
      (folder: string) => writeFile(join(folder, 'snapshot.json'), '{"version":1,"key":"other"}'),
      'of another snapshot',
    ],
    [
      'a description of another version',
      (folder: string) => writeFile(join(folder, 'snapshot.json'), '{"version":99}'),
      'of another version',
    ],
  ])('is never taken: %s', async (_what, harm, why) => {
    await take();
    await harm(join(root, 'snapshots', KEY));
    await expect(take()).rejects.toThrow(BrokenSnapshot);
    await expect(take()).rejects.toThrow(why);
    expect(await store.list()).toMatchObject([{ key: KEY, broken: expect.stringContaining(why) }]);
    await store.remove(KEY);
    expect(await (await take()).whyBroken()).toBeUndefined();
  });

  it('is told by its RAM when one byte of that changed', async () => {
    const made = await take();
    await change(made.ramFile, 77);
    expect(await made.whyBroken()).toBe('its RAM is not what was saved');
  });

  it('leaves nothing when it could not be made', async () => {
    const broken: Maker = async ({ ram }) => {
      await writeFile(ram, 'half');
      throw new Error('QEMU died');
    };
    await expect(take(KEY, broken)).rejects.toThrow('QEMU died');
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
    expect(await store.list()).toEqual([]);
  });

  it('that a killed maker left is removed by the next', async () => {
    const left = join(root, 'tmp', `snapshot-${KEY}.1`);
    await mkdir(left, { recursive: true });
    await take();
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });
});

it('is made by one of two who want it, and both get the same', async () => {
  let made = 0;
  const slow: Maker = async (files, signal) => {
    made++;
    await sleep(200);
    return maker()(files, signal);
  };
  const [one, two] = await Promise.all([take(KEY, slow), take(KEY, slow)]);
  expect(made).toBe(1);
  expect(one.id).toBe(two.id);
});

it('makes room by what was not used for longest', async () => {
  process.env.TINYVMI_SNAPSHOTS_MIB = '5';
  try {
    await take('a'.repeat(16), maker('a', 2));
    await take('b'.repeat(16), maker('b', 2));
    const old = new Date(Date.now() - 60_000);
    await utimes(join(root, 'snapshots', 'b'.repeat(16), 'snapshot.json'), old, old);
    await take('c'.repeat(16), maker('c', 2));
    const keys = (await store.list()).map(({ key }) => key[0]);
    expect(keys.sort()).toEqual(['a', 'c']);
  } finally {
    delete process.env.TINYVMI_SNAPSHOTS_MIB;
  }
});

it('says why there is no room for one', async () => {
  expect(await whyNoRoom(root, MIB)).toBeUndefined();
  expect(await whyNoRoom(root, 2 ** 60)).toMatch(/MIB allows 4096$/);
  process.env.TINYVMI_SNAPSHOTS_MIB = String(2 ** 29);
  expect(await whyNoRoom(root, 2 ** 48)).toMatch(/the disk that holds .* has \d+$/);
  delete process.env.TINYVMI_SNAPSHOTS_MIB;
});

it.each(['many', '-1', '1.5', ''])('refuses TINYVMI_SNAPSHOTS_MIB=%j', (text) => {
  expect(() => boundBytes({ TINYVMI_SNAPSHOTS_MIB: text })).toThrow('no number of MiB');
});
