import { expect, it } from 'vitest';
import { bootParts, compressedKernel, LOADED_AT } from './bzimage.ts';

const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/** A boot image with one setup sector and a payload 16 bytes into the protected-mode code. */
function image(payload: number[]): Buffer {
  const bytes = Buffer.alloc(2 * 512 + 16 + payload.length + 8);
  bytes.writeUInt8(1, 0x1f1);
  bytes.write('HdrS', 0x202, 'latin1');
  bytes.writeUInt32LE(16, 0x248);
  bytes.writeUInt32LE(payload.length, 0x24c);
  Buffer.from(payload).copy(bytes, 2 * 512 + 16);
  return bytes;
}

it.each([
  ['xz', XZ],
  ['zstd', ZSTD],
])('finds the stream of %s, without the length after it', (compression, magic) => {
  const found = compressedKernel(image([...magic, 1, 2, 3, 9, 9, 9, 9]));
  expect({ ...found, stream: [...found.stream] }).toEqual({
    stream: [...magic, 1, 2, 3],
    compression,
  });
});

it('refuses another compression', () => {
  expect(() => compressedKernel(image([0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))).toThrow(
    'neither with xz nor with zstd: it begins 1f8b',
  );
});

it.each([0, 100, 4096])('refuses %i bytes of something else', (length) => {
  expect(() => compressedKernel(Buffer.alloc(length))).toThrow('not a bzImage');
});

it('splits an image whose first part goes on where the second is', () => {
  const whole = image([...XZ, 1, 2, 3, 9, 9, 9, 9]);
  whole.writeBigUInt64LE(BigInt(LOADED_AT), 0x258);
  const { setup, rest } = bootParts(whole);
  const first = Buffer.from(setup);
  expect(first.readUInt32LE(0x214)).toBe(LOADED_AT);
  expect(first.length - first.readUInt8(0x1f1) * 512).toBeGreaterThan(512);
  expect([...rest]).toEqual([...whole.subarray(2 * 512)]);
  expect(whole.readUInt32LE(0x214)).toBe(0);
});

it('splits no image that prefers another address', () => {
  expect(() => bootParts(image([...XZ]))).toThrow('prefers another address');
});
