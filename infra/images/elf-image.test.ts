import { expect, it } from 'vitest';
import { loadableImage } from './elf-image.ts';

interface Part {
  type: number;
  address: number;
  /** Where it is in the file. */
  offset: number;
  bytes: number[];
  memoryBytes: number;
}

const LOAD = 1;
const NOTE = 4;

/** An executable with these segments, and a section header at its end. */
function executable(parts: readonly Part[], length: number): Buffer {
  const file = Buffer.alloc(length + 64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]).copy(file);
  file.writeBigUInt64LE(0x1000n, 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeBigUInt64LE(BigInt(length), 40);
  file.writeUInt16LE(parts.length, 56);
  file.writeUInt16LE(1, 60);
  file.writeUInt16LE(1, 62);
  parts.forEach((part, index) => {
    const at = 64 + 56 * index;
    file.writeUInt32LE(part.type, at);
    file.writeBigUInt64LE(BigInt(part.offset), at + 8);
    file.writeBigUInt64LE(BigInt(part.address), at + 16);
    file.writeBigUInt64LE(BigInt(part.bytes.length), at + 32);
    file.writeBigUInt64LE(BigInt(part.memoryBytes), at + 40);
    Buffer.from(part.bytes).copy(file, part.offset);
  });
  return file;
}

/** What a loader of the file has in memory, by address. */
function loaded(file: Uint8Array): Map<number, number[]> {
  const elf = Buffer.from(file);
  const memory = new Map<number, number[]>();
  for (let index = 0; index < elf.readUInt16LE(56); index++) {
    const at = Number(elf.readBigUInt64LE(32)) + 56 * index;
    if (elf.readUInt32LE(at) !== LOAD) continue;
    const offset = Number(elf.readBigUInt64LE(at + 8));
    const bytes = [...elf.subarray(offset, offset + Number(elf.readBigUInt64LE(at + 32)))];
    const size = Number(elf.readBigUInt64LE(at + 40));
    const address = Number(elf.readBigUInt64LE(at + 16));
    memory.set(address, [...bytes, ...new Array(size - bytes.length).fill(0)]);
  }
  return memory;
}

const TEXT = { type: LOAD, address: 0x100000, offset: 0x4000, bytes: [1, 2, 0, 3], memoryBytes: 4 };
const BSS = { type: LOAD, address: 0x200040, offset: 0x8000, bytes: [4, 0, 0, 0], memoryBytes: 9 };
const NOTES = { type: NOTE, address: 0x100001, offset: 0x4001, bytes: [2, 0], memoryBytes: 2 };

it('loads the same memory from a smaller file without sections', () => {
  const whole = executable([TEXT, BSS], 0x9000);
  const image = Buffer.from(loadableImage(whole));
  expect(loaded(image)).toEqual(loaded(whole));
  expect(image.length).toBe(0x1041);
  expect(image.readBigUInt64LE(24)).toBe(0x1000n);
  expect(image.readUInt16LE(60)).toBe(0);
  expect(image.readBigUInt64LE(40)).toBe(0n);
});

it('keeps each segment at its place in a page', () => {
  const image = Buffer.from(loadableImage(executable([TEXT, BSS], 0x9000)));
  const [first, second] = [0, 1].map((index) => image.readBigUInt64LE(64 + 56 * index + 8));
  expect([first, second]).toEqual([0x1000n, 0x1040n]);
});

it('finds the notes again', () => {
  const image = Buffer.from(loadableImage(executable([TEXT, NOTES], 0x9000)));
  const offset = Number(image.readBigUInt64LE(64 + 56 + 8));
  expect([...image.subarray(offset, offset + 2)]).toEqual([2, 0]);
});

it('can do with a segment that is all zeros', () => {
  const whole = executable([{ ...TEXT, bytes: [0, 0, 0] }], 0x5000);
  expect(loaded(loadableImage(whole))).toEqual(loaded(whole));
});

it.each<[string, Buffer, string]>([
  ['something else', Buffer.from('#!/bin/sh'), 'not a 64-bit ELF'],
  ['a file without segments', executable([], 100), 'no segments'],
  ['a segment beyond the end', executable([TEXT], 0x5000).subarray(0, 0x4002), 'cut short'],
  ['a cut table of segments', executable([TEXT], 200).subarray(0, 80), 'cut short'],
  [
    'notes outside',
    executable([TEXT, { ...NOTES, offset: 0x3000 }], 0x9000),
    'in none of those that are loaded',
  ],
])('refuses %s', (_what, file, message) => {
  expect(() => loadableImage(file)).toThrow(message);
});
