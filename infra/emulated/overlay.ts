/**
 * The last part of Dom0's initramfs: what changes with every build of native/, and what only some runs
 * bring. Linux unpacks archives that follow each other in one file. It holds no secret: keys come by the
 * console (admission.ts).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpio } from '../images/cpio.ts';
import type { ExtraImages } from '../images/extras.ts';
import type { NativeImages } from '../images/images.ts';

/** Absolute paths in Dom0 of what the suite brings. `kernel` is in the first part. */
export const DOM0_PATHS = {
  introspector: '/usr/bin/tinyvmi-introspector',
  kernel: '/images/vmlinux',
  linuxDomainInitramfs: '/images/linux-domain-initramfs',
  minios: '/images/minios.gz',
  probe: '/usr/bin/tinyvmi-probe',
  attendant: '/usr/bin/tinyvmi-attendant',
  reseed: '/bin/tinyvmi-reseed',
  targetInitramfs: '/images/target-initramfs',
} as const;

/** Folder in Dom0 of what only some runs bring (images/extras.ts). */
export const EXTRAS_FOLDER = '/usr/lib/tinyvmi';

/** What the overlay is made of. */
export interface OverlayParts {
  native: NativeImages;
  extras: ExtraImages;
  /** What comes last. */
  dom0Archive?: Uint8Array | undefined;
}

/** The overlay's bytes; equal parts give equal bytes. */
export async function overlay({
  native,
  extras,
  dom0Archive = new Uint8Array(),
}: OverlayParts): Promise<Uint8Array> {
  const image = async (name: keyof NativeImages['files'], mode: number) => ({
    kind: 'file' as const,
    path: DOM0_PATHS[name].slice(1),
    mode,
    data: await readFile(native.files[name]),
  });
  const brought = await Promise.all(
    Object.entries(extras.files).map(async ([name, file]) => ({
      kind: 'file' as const,
      path: `${EXTRAS_FOLDER}/${name}`.slice(1),
      mode: 0o755,
      data: await readFile(file),
    })),
  );
  const archive = cpio([
    await image('introspector', 0o755),
    await image('minios', 0o644),
    await image('targetInitramfs', 0o644),
    await image('linuxDomainInitramfs', 0o644),
    await image('probe', 0o755),
    await image('reseed', 0o755),
    await image('attendant', 0o755),
    { kind: 'folder', path: EXTRAS_FOLDER.slice(1), mode: 0o755 },
    ...brought,
  ]);
  return Buffer.concat([archive, dom0Archive]);
}

/**
 * Writes Dom0's whole initramfs.
 * @param common paths of the first archives, which are the same for every build of native/
 */
export async function writeInitramfs(
  path: string,
  common: readonly string[],
  last: Uint8Array,
): Promise<void> {
  const read = await Promise.all(common.map((part) => readFile(part)));
  await writeFile(path, Buffer.concat([...read, last]));
}
