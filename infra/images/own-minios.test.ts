import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { testTools } from '../testing/tools.ts';
import { ownMinios } from './own-minios.ts';

/** A program with a note of this owner, of so many bits: all that the builder looks at first. */
async function program(owner: string, bits: 32 | 64): Promise<Buffer> {
  const folder = await temporaryFolder();
  const source = `.section .note.x,"a",@note\n.long 4, 4, 5\n.asciz "${owner}"\n.asciz "xyz"\n.text\n.globl _start\n_start: hlt\n`;
  const [s, o, out] = ['s.s', 's.o', 'out'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(s, source);
  const tools = await testTools();
  const folders = [folder];
  await tools.run('as', [`--${bits}`, '-o', o, s], { folders });
  await tools.run('ld', ['-m', bits === 64 ? 'elf_x86_64' : 'elf_i386', '-o', out, o], {
    folders,
  });
  return readFile(out);
}

const kernel = () => program('Xen', 64);

async function looked(content: Uint8Array) {
  const file = join(await temporaryFolder(), 'image');
  await writeFile(file, content);
  return ownMinios(file);
}

it('takes an ELF file with a note of Xen, compressed or not', async () => {
  expect((await looked(await kernel())).hash).toMatch(/^[0-9a-f]{64}$/);
  await looked(await promisify(gzip)(await kernel()));
});

it.each([
  [
    'a text',
    async () => Buffer.from('#!/bin/sh\necho no kernel, and long enough to be a header of ELF\n'),
    'no ELF file',
  ],
  ['an empty file', async () => Buffer.alloc(0), 'no ELF file'],
  ['a 32-bit kernel', () => program('Xen', 32), 'is a 32-bit program'],
  ['another program', () => program('GNU', 64), 'no note of Xen'],
  [
    'a cut gzip',
    async () => (await promisify(gzip)(await kernel())).subarray(0, 200),
    'no sound gzip',
  ],
  ['a cut kernel', async () => (await kernel()).subarray(0, 200), 'cut short'],
])('refuses %s', async (_what, content, why) => {
  await expect(looked(await content())).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(why),
  });
});

it('refuses a file that is not there', async () => {
  await expect(ownMinios('/nowhere/minios')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('cannot be read'),
  });
});
