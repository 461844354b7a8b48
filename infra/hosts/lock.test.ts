import { mkdir, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { LocalHost } from '../local/local-host.ts';
import { temporaryFolder } from '../testing/support.ts';
import { Journal } from './journal.ts';
import { releasing, takeHost } from './lock.ts';

it('is one run at a time, and is let go by the journal that has it alone', async () => {
  const root = await temporaryFolder();
  const lock = join(root, 'tinyvmi-run');
  const host = new LocalHost();
  const first = Journal.create('local', root);
  await takeHost(host, first, 'lab', lock);
  expect(await readlink(lock)).toBe(first.id);
  expect(first.entries).toEqual([{ kind: 'lock', id: first.id }]);

  const second = Journal.create('ssh:lab', root);
  await expect(takeHost(host, second, 'lab', lock)).rejects.toMatchObject({
    message: `lab is in use by another run, of journal ${first.id}`,
    advice: expect.stringContaining(`clean --testbed lab --journal ${first.id}`),
  });
  expect(second.entries).toEqual([]);
  expect(await releasing(host, second.id, lock)).toBeUndefined();

  const { argv = [] } = (await releasing(host, first.id, lock)) ?? {};
  await execa(argv[0] as string, argv.slice(1));
  await expect(readlink(lock)).rejects.toThrow('ENOENT');
  await takeHost(host, second, 'lab', lock);
});

it('where no lock can be made says why', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  const nowhere = join(root, 'none', 'tinyvmi-run');
  await expect(takeHost(new LocalHost(), journal, 'lab', nowhere)).rejects.toThrow(
    /cannot make .*No such file/,
  );
  expect(journal.entries).toEqual([]);
});

it('is not taken where a folder stands in its place, by however many', async () => {
  const root = await temporaryFolder();
  const lock = join(root, 'tinyvmi-run');
  await mkdir(lock);
  for (let times = 0; times < 2; times++) {
    const journal = Journal.create('local', root);
    await expect(takeHost(new LocalHost(), journal, 'lab', lock)).rejects.toThrow('cannot make');
    expect(journal.entries).toEqual([]);
    expect(await releasing(new LocalHost(), journal.id, lock)).toBeUndefined();
  }
  expect(await readdir(lock)).toEqual([]);
});
