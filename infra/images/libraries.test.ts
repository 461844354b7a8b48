import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { testTools } from '../testing/tools.ts';
import type { Tools } from '../tools/tools.ts';
import { librariesOf } from './libraries.ts';

const LIBRARIES = 'lib/x86_64-linux-gnu';
const tools = await testTools();
/** A tree of packages that is there anyway: the tools' own. */
const root = dirname(await tools.locate('/usr/'));

function inFolder(folder: string): Pick<Tools, 'run'> {
  return { run: (file, args) => tools.run(file, args, { folders: [folder] }) };
}

it('finds what a program needs, the loader included', async () => {
  const found = await librariesOf(tools, root, ['usr/bin/sleep']);
  expect([...found.keys()].sort()).toEqual(['ld-linux-x86-64.so.2', 'libc.so.6']);
});

it('follows libraries, also one that is loaded by name', async () => {
  const found = await librariesOf(tools, root, ['usr/bin/sleep'], ['libgcc_s.so.1']);
  expect([...found.keys()]).toContain('libgcc_s.so.1');
});

it('names the library that no package has, and who needs it', async () => {
  const tree = await temporaryFolder();
  await mkdir(join(tree, LIBRARIES), { recursive: true });
  await copyFile(join(root, 'usr/bin/sleep'), join(tree, basename('sleep')));
  await expect(librariesOf(inFolder(tree), tree, ['sleep'])).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^libc\.so\.6, which sleep needs/),
  });
});
