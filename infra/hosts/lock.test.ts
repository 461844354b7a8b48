import { mkdir, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { LocalHost } from '../local/local-host.ts';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
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

  const { what, argv = [] } = (await releasing(host, first.id, lock)) ?? {};
  expect(what).toBe('the mark that the host is in use');
  await execa(argv[0] as string, argv.slice(1));
  await expect(readlink(lock)).rejects.toThrow('ENOENT');
  await takeHost(host, second, 'lab', lock);
});

it('where no lock can be made says why', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  const nowhere = join(root, 'none', 'tinyvmi-run');
  await expect(takeHost(new LocalHost(), journal, 'lab', nowhere)).rejects.toThrow(
    /^cannot make .*tinyvmi-run on lab: .*No such file or directory$/,
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

it.each([
  ['ln fails, though the mark is there', 1, (id: string) => id],
  ['ln ends with 0, and the mark is gone', 0, () => ''],
  ["ln ends with 0, and the mark is another's", 0, () => 'ffffffff'],
])('is not taken when %s', async (_case, exitCode, owner) => {
  const journal = Journal.create('local', await temporaryFolder());
  const host = new AnsweringHost();
  host.answers.set('ln', () => ({ exitCode, stdout: '', stderr: ' why\n' }));
  host.answers.set('sh', () => ({ exitCode: 0, stdout: `${owner(journal.id)}\n`, stderr: '' }));
  await expect(takeHost(host, journal, 'lab')).rejects.toThrow(/^(lab is in use|cannot make)/);
  expect(journal.entries).toEqual([]);
});

it('is in the journal before it is taken, and its host says who has it', async () => {
  const journal = Journal.create('local', await temporaryFolder());
  const host = new AnsweringHost();
  let entries: unknown;
  host.answers.set('ln', () => {
    entries = [...journal.entries];
    return { exitCode: 0, stdout: '', stderr: '' };
  });
  host.answers.set('sh', () => ({ exitCode: 1, stdout: '', stderr: 'no such user' }));
  await expect(takeHost(host, journal, 'lab', '/l')).rejects.toThrow(
    'cannot read the mark /l (exit code 1)',
  );
  expect(entries).toEqual([{ kind: 'lock', id: journal.id }]);
});
