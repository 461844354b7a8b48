import { open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/support.ts';
import { digestOf, digHoles, whyNotAsDigested } from './ram-file.ts';

const SIZE = 16 * 1024 * 1024;
const STEP = 64 * 1024;
let path: string;

async function write(at: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
}

beforeEach(async () => {
  path = join(await temporaryFolder(), 'ram');
  await (await open(path, 'w')).close();
  await truncate(path, SIZE);
  await write(3 * STEP + 5, Buffer.from('xen'));
  await write(4 * STEP, Buffer.alloc(STEP, 7));
  await write(SIZE - 1, Buffer.from('!'));
});

it('knows a file by the parts that hold anything', async () => {
  const digest = await digestOf(path);
  expect(digest).toMatchObject({
    bytes: SIZE,
    parts: [
      [3 * STEP, 2 * STEP],
      [SIZE - STEP, STEP],
    ],
  });
  expect(await whyNotAsDigested(path, digest)).toBeUndefined();
});

it('notices one byte that changed', async () => {
  const digest = await digestOf(path);
  await write(4 * STEP + 9, Buffer.from([8]));
  expect(await whyNotAsDigested(path, digest)).toBe('its RAM is not what was saved');
});

it('notices a file that was cut short', async () => {
  const digest = await digestOf(path);
  await truncate(path, SIZE - 1);
  expect(await whyNotAsDigested(path, digest)).toBe(
    `its RAM has ${SIZE - 1} bytes instead of ${SIZE}`,
  );
});

it('gives zeros back to the disk, and keeps the content', async () => {
  await write(STEP, Buffer.alloc(STEP));
  const before = await digestOf(path);
  const { blocks } = await stat(path);
  await digHoles(path);
  expect((await stat(path)).blocks).toBeLessThanOrEqual(blocks);
  expect(await digestOf(path)).toEqual(before);
});
