import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { librariesOf } from './libraries.ts';

const LIBRARIES = '/lib/x86_64-linux-gnu';

it('finds what a program needs, the loader included', async () => {
  const found = await librariesOf('/', ['usr/bin/sleep']);
  expect([...found.keys()].sort()).toEqual(['ld-linux-x86-64.so.2', 'libc.so.6']);
});

it('follows libraries, also one that is loaded by name', async () => {
  const found = await librariesOf('/', ['usr/bin/sleep'], ['libgcc_s.so.1']);
  expect([...found.keys()]).toContain('libgcc_s.so.1');
});

it('names the library that no package has, and who needs it', async () => {
  const tree = await temporaryFolder();
  await mkdir(join(tree, LIBRARIES), { recursive: true });
  await copyFile('/usr/bin/sleep', join(tree, basename('sleep')));
  await expect(librariesOf(tree, ['sleep'])).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^libc\.so\.6, which sleep needs/),
  });
});
