/**
 * Writes an ELF executable as a boot loader needs it, and no larger (System V ABI, "Program Loading").
 *
 * Whoever loads a segment sets the bytes to zero that it has in memory beyond those in the file. A kernel
 * whose file spells such zeros out, or pads up to the alignment of its segments, loads the same without them.
 */
import { UserError } from '../errors.ts';

const MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const PAGE_BYTES = 4096;
const PT_LOAD = 1;

/** Offsets in the header of the file. */
const HEADER = { programs: 32, sections: 40, programCount: 56, sectionCount: 60, names: 62 };
/** Offsets in the header of a segment. */
const SEGMENT = { type: 0, offset: 8, address: 16, fileBytes: 32, memoryBytes: 40, alignment: 48 };

interface Segment {
  header: Buffer;
  loaded: boolean;
  /** Where it is in the file that was given. */
  offset: number;
  bytes: Buffer;
}

/**
 * The executable without its sections, without zeros at the end of its segments, and without gaps larger
 * than a page.
 * @throws UserError for another file than a 64-bit little-endian ELF executable with whole segments
 */
export function loadableImage(file: Uint8Array): Uint8Array {
  const elf = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const segments = segmentsOf(elf);
  const header = Buffer.from(elf.subarray(0, HEADER_BYTES));
  header.writeBigUInt64LE(BigInt(HEADER_BYTES), HEADER.programs);
  header.writeBigUInt64LE(0n, HEADER.sections);
  header.writeUInt16LE(0, HEADER.sectionCount);
  header.writeUInt16LE(0, HEADER.names);

  const headers = [header, ...segments.map((segment) => segment.header)];
  let end = HEADER_BYTES + segments.length * PROGRAM_HEADER_BYTES;
  const parts: Buffer[] = [...headers];
  const moved = new Map<Segment, number>();
  for (const segment of segments.filter(({ loaded }) => loaded)) {
    const address = segment.header.readBigUInt64LE(SEGMENT.address);
    const gap = Number((address - BigInt(end)) & BigInt(PAGE_BYTES - 1));
    const kept = withoutZerosAtEnd(segment.bytes);
    parts.push(Buffer.alloc(gap), kept);
    moved.set(segment, end + gap);
    segment.header.writeBigUInt64LE(BigInt(end + gap), SEGMENT.offset);
    segment.header.writeBigUInt64LE(BigInt(kept.length), SEGMENT.fileBytes);
    segment.header.writeBigUInt64LE(BigInt(PAGE_BYTES), SEGMENT.alignment);
    end += gap + kept.length;
  }
  for (const segment of segments.filter(({ loaded }) => !loaded)) {
    segment.header.writeBigUInt64LE(BigInt(placeInside(segment, moved)), SEGMENT.offset);
  }
  return Buffer.concat(parts);
}

/** Where a segment is now that lies in a loaded one, as notes do. */
function placeInside(inner: Segment, moved: ReadonlyMap<Segment, number>): number {
  for (const [outer, place] of moved) {
    const distance = inner.offset - outer.offset;
    const kept = Number(outer.header.readBigUInt64LE(SEGMENT.fileBytes));
    if (distance >= 0 && distance + inner.bytes.length <= kept) return place + distance;
  }
  throw new UserError('the kernel has a segment that is in none of those that are loaded');
}

function segmentsOf(elf: Buffer): Segment[] {
  if (elf.length < HEADER_BYTES || !elf.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new UserError('the kernel is not a 64-bit ELF file');
  }
  const first = Number(elf.readBigUInt64LE(HEADER.programs));
  const count = elf.readUInt16LE(HEADER.programCount);
  if (count === 0 || first + count * PROGRAM_HEADER_BYTES > elf.length) {
    throw new UserError('the kernel has no segments, or its file is cut short');
  }
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * PROGRAM_HEADER_BYTES;
    const header = Buffer.from(elf.subarray(at, at + PROGRAM_HEADER_BYTES));
    const offset = Number(header.readBigUInt64LE(SEGMENT.offset));
    const length = Number(header.readBigUInt64LE(SEGMENT.fileBytes));
    if (offset + length > elf.length) throw new UserError("the kernel's file is cut short");
    const loaded = header.readUInt32LE(SEGMENT.type) === PT_LOAD;
    return { header, loaded, offset, bytes: elf.subarray(offset, offset + length) };
  });
}

function withoutZerosAtEnd(bytes: Buffer): Buffer {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return bytes.subarray(0, length);
}
