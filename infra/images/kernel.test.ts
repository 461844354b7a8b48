import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { testTools } from '../testing/tools.ts';
import { type Compression, SUFFIXES } from './compression.ts';
import { unpackedImage, unpackedModule } from './kernel.ts';

const tools = await testTools();

const CONTENT = Buffer.from('the kernel, as ELF\n'.repeat(500));

/** What a compressor makes of a file's content. */
async function compressed(by: Compression): Promise<Buffer> {
  const folder = await temporaryFolder();
  const path = join(folder, 'content');
  await writeFile(path, CONTENT);
  await tools.run(by, ['--compress', path], { folders: [folder] });
  return readFile(`${path}${SUFFIXES[by]}`);
}

/** A boot image whose payload is a stream and the length of what it holds. */
function bzImage(stream: Buffer): Buffer {
  const bytes = Buffer.alloc(2 * 512 + 16 + stream.length + 4 + 100, 0xee);
  bytes.fill(0, 0, 2 * 512);
  bytes.writeUInt8(1, 0x1f1);
  bytes.write('HdrS', 0x202, 'latin1');
  bytes.writeUInt32LE(16, 0x248);
  bytes.writeUInt32LE(stream.length + 4, 0x24c);
  stream.copy(bytes, 2 * 512 + 16);
  bytes.writeUInt32LE(CONTENT.length, 2 * 512 + 16 + stream.length);
  return bytes;
}

it.each(['xz', 'zstd'] as const)('unpacks a kernel that is compressed with %s', async (by) => {
  const scratch = await temporaryFolder();
  const whole = await unpackedImage(tools, bzImage(await compressed(by)), scratch);
  expect(whole.equals(CONTENT)).toBe(true);
});

it('says so of a kernel that is damaged', async () => {
  const stream = await compressed('zstd');
  stream.fill(0, stream.length >> 1);
  await expect(
    unpackedImage(tools, bzImage(stream), await temporaryFolder()),
  ).rejects.toMatchObject({
    name: 'UserError',
  });
});

it.each([
  ['as it is', 'one.ko', async () => CONTENT],
  ['with xz', 'one.ko.xz', () => compressed('xz')],
  ['with zstd', 'one.ko.zst', () => compressed('zstd')],
])('finds a module that was packed %s', async (_how, name, content) => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'kernel'));
  await writeFile(join(folder, 'kernel', name), await content());
  await writeFile(join(folder, 'kernel', `another-${name}`), 'another');
  expect((await readFile(await unpackedModule(tools, folder, 'one'))).equals(CONTENT)).toBe(true);
});

it('names a module that is not there', async () => {
  await expect(unpackedModule(tools, await temporaryFolder(), 'one')).rejects.toThrow(
    'no module one',
  );
});
