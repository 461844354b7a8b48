/**
 * Finds the compressed kernel in a bzImage (Linux: Documentation/arch/x86/boot.rst, "The Real-Mode
 * Kernel Header").
 */
import { UserError } from '../errors.ts';

const SETUP_SECTORS = 0x1f1;
const SECTOR_BYTES = 512;
const MAGIC = 0x202;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
/** The payload ends with the length of what it unpacks to, which is no part of the stream. */
const LENGTH_BYTES = 4;
const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

/**
 * The kernel's ELF file as an xz stream.
 * @throws UserError when the image is no bzImage, or is compressed in another way.
 */
export function compressedKernel(image: Uint8Array): Uint8Array {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  if (bytes.length < PAYLOAD_LENGTH + 4 || bytes.toString('latin1', MAGIC, MAGIC + 4) !== 'HdrS') {
    throw new UserError("Debian's kernel is not a bzImage");
  }
  const protectedMode = (bytes.readUInt8(SETUP_SECTORS) + 1) * SECTOR_BYTES;
  const start = protectedMode + bytes.readUInt32LE(PAYLOAD_OFFSET);
  const end = start + bytes.readUInt32LE(PAYLOAD_LENGTH) - LENGTH_BYTES;
  const payload = bytes.subarray(start, end);
  if (!payload.subarray(0, XZ.length).equals(XZ)) {
    throw new UserError("Debian's kernel is not compressed with xz");
  }
  return payload;
}
