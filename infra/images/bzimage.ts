/**
 * Takes bzImages apart (Linux: Documentation/arch/x86/boot.rst, "The Real-Mode
 * Kernel Header").
 */
import { UserError } from '../errors.ts';
import { type Compression, compressionOf } from './compression.ts';

const SETUP_SECTORS = 0x1f1;
const SECTOR_BYTES = 512;
const CODE32_START = 0x214;
const PREFERRED_ADDRESS = 0x258;
const MAGIC = 0x202;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
/** The payload ends with the length of what it unpacks to, which is no part of the stream. */
const LENGTH_BYTES = 4;

/** The kernel's ELF file as a stream, and how that is compressed. */
export interface CompressedKernel {
  stream: Uint8Array;
  compression: Compression;
}

/**
 * The kernel in a boot image: Debian 12's is an xz stream, Debian 13's one of Zstandard.
 * @throws UserError when the image is no bzImage, or is compressed in another way.
 */
export function compressedKernel(image: Uint8Array): CompressedKernel {
  const { bytes, protectedMode } = open(image);
  const start = protectedMode + bytes.readUInt32LE(PAYLOAD_OFFSET);
  const end = start + bytes.readUInt32LE(PAYLOAD_LENGTH) - LENGTH_BYTES;
  const stream = bytes.subarray(start, end);
  const compression = compressionOf(stream);
  if (compression === undefined) {
    const begin = stream.subarray(0, 6).toString('hex');
    throw new UserError(
      `the kernel is compressed neither with xz nor with zstd: it begins ${begin}`,
    );
  }
  return { stream, compression };
}

/** A bzImage in two, of which a boot loader is given the first. */
export interface BootParts {
  /** An image whose 16-bit code goes on at `LOADED_AT`, with nothing to load of its own. */
  setup: Uint8Array;
  /** The 32-bit code with the kernel in it, to be in memory at `LOADED_AT` before. */
  rest: Uint8Array;
}

/** Where the 32-bit code lies that is not loaded by the boot loader: where it would move itself to. */
export const LOADED_AT = 0x100_0000;

/**
 * Splits an image for a boot loader that is slow.
 * @throws UserError when the image is no bzImage, or prefers another address.
 */
export function bootParts(image: Uint8Array): BootParts {
  const { bytes, protectedMode } = open(image);
  if (bytes.readBigUInt64LE(PREFERRED_ADDRESS) !== BigInt(LOADED_AT)) {
    throw new UserError("Debian's kernel prefers another address");
  }
  // One sector of the rest: loaders do not expect to have nothing to load.
  const setup = Buffer.from(bytes.subarray(0, protectedMode + SECTOR_BYTES));
  setup.writeUInt32LE(LOADED_AT, CODE32_START);
  return { setup, rest: bytes.subarray(protectedMode) };
}

/** @throws UserError when the image is no bzImage */
function open(image: Uint8Array): { bytes: Buffer; protectedMode: number } {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  if (
    bytes.length < PREFERRED_ADDRESS + 8 ||
    bytes.toString('latin1', MAGIC, MAGIC + 4) !== 'HdrS'
  ) {
    throw new UserError("Debian's kernel is not a bzImage");
  }
  return { bytes, protectedMode: (bytes.readUInt8(SETUP_SECTORS) + 1) * SECTOR_BYTES };
}
