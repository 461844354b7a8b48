/**
 * A Mini-OS image of the user's own: looked at before anything is made of it.
 *
 * Xen's domain builder takes an ELF file, compressed with gzip or not, and finds out from notes of the
 * owner "Xen" how to boot it (Xen's xen/include/public/elfnote.h). The one thing that cannot be seen
 * from outside is whether our introspector is in it.
 */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { hashOf } from '../cache/hash.ts';
import { messageOf, UserError } from '../errors.ts';

/** Offsets and values of an ELF file's header (elf(5)). */
const ELF = { magic: '\x7fELF', class64: 2, littleEndian: 1, amd64: 0x3e } as const;
const PT_NOTE = 4;
const SHT_NOTE = 7;

/** An image that a PV domain can boot, as far as can be told. */
export interface OwnMinios {
  /** Absolute path. */
  file: string;
  /** SHA-256 of the file as it is. */
  hash: string;
}

/**
 * Looks at an image.
 * @throws UserError of kind `usage` that says why it is none
 */
export async function ownMinios(file: string): Promise<OwnMinios> {
  const bad = (why: string) =>
    new UserError(`--minios-image ${file}: ${why}`, {
      kind: 'usage',
      advice:
        'give a 64-bit PV kernel, ELF or gzip of it: a Mini-OS linked with introspector.o (native/minios/README.md)',
    });
  const bytes = await readFile(file).catch((error: unknown) => {
    throw bad(`cannot be read: ${messageOf(error)}`);
  });
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const elf = isCompressed
    ? await promisify(gunzip)(bytes).catch((error: unknown) => {
        throw bad(`is no sound gzip: ${messageOf(error)}`);
      })
    : bytes;
  const why = objection(elf);
  if (why !== undefined) throw bad(why);
  return { file, hash: hashOf(bytes) };
}

/** Why no PV domain can boot it; undefined when nothing speaks against it. */
function objection(elf: Buffer): string | undefined {
  if (elf.length < 64 || elf.toString('latin1', 0, 4) !== ELF.magic) return 'is no ELF file';
  if (elf[4] !== ELF.class64) return 'is a 32-bit program';
  if (elf[5] !== ELF.littleEndian || elf.readUInt16LE(18) !== ELF.amd64) return 'is not for amd64';
  try {
    return hasXenNote(elf) ? undefined : 'has no note of Xen: it is no kernel of a PV domain';
  } catch (error) {
    if (error instanceof RangeError) return 'is cut short';
    throw error;
  }
}

/** Where notes are, by segments and by sections: a kernel may have the one or the other. */
function notesOf(elf: Buffer): [start: number, size: number][] {
  const at = (offset: number) => Number(elf.readBigUInt64LE(offset));
  const table = (start: number, each: number, count: number) =>
    Array.from({ length: count }, (_, index) => start + index * each);
  const segments = table(at(32), elf.readUInt16LE(54), elf.readUInt16LE(56))
    .filter((header) => elf.readUInt32LE(header) === PT_NOTE)
    .map((header): [number, number] => [at(header + 8), at(header + 32)]);
  const sections = table(at(40), elf.readUInt16LE(58), elf.readUInt16LE(60))
    .filter((header) => elf.readUInt32LE(header + 4) === SHT_NOTE)
    .map((header): [number, number] => [at(header + 24), at(header + 32)]);
  return [...segments, ...sections];
}

function hasXenNote(elf: Buffer): boolean {
  return notesOf(elf).some(([start, size]) => {
    for (let note = start; note + 12 <= start + size; ) {
      const [nameSize, descriptionSize] = [elf.readUInt32LE(note), elf.readUInt32LE(note + 4)];
      if (elf.toString('latin1', note + 12, note + 12 + nameSize) === 'Xen\0') return true;
      note += 12 + 4 * (Math.ceil(nameSize / 4) + Math.ceil(descriptionSize / 4));
    }
    return false;
  });
}
