import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { makeFolder, makingFolder } from './folder.ts';
import { Journal, parseJournal } from './journal.ts';

it('is in the journal before it is made, and has the journal in it, which is nobody else’s to read', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  const path = join(root, `tinyvmi-${journal.id}`);
  const entry = { kind: 'folder', path } as const;
  const host = new AnsweringHost();
  let written: unknown;
  host.answers.set('mkdir', () => {
    written = structuredClone(journal.entries);
    return { exitCode: 1, stdout: '', stderr: 'a full disk' };
  });
  await expect(makeFolder(host, journal, path)).rejects.toThrow(
    `cannot make the folder ${path} (exit code 1):\n  a full disk`,
  );
  expect(written).toEqual([entry]);

  host.answers.clear();
  await journal.strike(entry);
  await makeFolder(host, journal, path);
  await journal.add({ kind: 'file', path: '/x' });
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await stat(join(path, 'journal'))).mode & 0o777).toBe(0o600);
  const text = await readFile(join(path, 'journal'), 'utf8');
  expect(parseJournal(text, journal.id)).toMatchObject({ entries: journal.entries });
  expect(journal.entries).toContainEqual({ kind: 'file', path: '/x' });
  expect(await readdir(path)).toEqual(['journal']);
});

it('is not taken where something is already', async () => {
  const root = await temporaryFolder();
  const journal = Journal.create('local', root);
  const path = join(root, 'there');
  await mkdir(path);
  await expect(makeFolder(new AnsweringHost(), journal, path)).rejects.toThrow('File exists');
  expect(await readdir(path)).toEqual([]);
  expect(makingFolder(path)).toEqual(['mkdir', '-m', '700', path]);
});

it('ends with the run, and says what could not be written', async () => {
  const root = await temporaryFolder();
  const host = new AnsweringHost();
  host.answers.set('sh', () => ({ exitCode: 1, stdout: '', stderr: 'a full disk' }));
  const journal = Journal.create('local', root);
  const path = join(root, 'f');
  await expect(makeFolder(host, journal, path)).rejects.toThrow('cannot write the journal');
  expect(await readdir(path)).toEqual([]);
  const signal = AbortSignal.abort(new Error('Interrupted.'));
  const late = makeFolder(
    new AnsweringHost(),
    Journal.create('local', root),
    join(root, 'g'),
    signal,
  );
  await expect(late).rejects.toThrow();
});
