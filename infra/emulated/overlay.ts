/**
 * The last part of Dom0's initramfs: what belongs to this testbed alone (its keys) and what changes
 * with every build of native/. Linux unpacks archives that follow each other in one file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpio } from '../images/cpio.ts';
import type { ExtraImages } from '../images/extras.ts';
import type { NativeImages } from '../images/images.ts';
import type { TestbedKeys } from './keys.ts';

/** Absolute paths in Dom0 of what the suite brings. `kernel` is in the first part. */
export const DOM0_PATHS = {
  introspector: '/usr/bin/tinyvmi-introspector',
  kernel: '/images/vmlinux',
  linuxDomainInitramfs: '/images/linux-domain-initramfs',
  minios: '/images/minios.gz',
  probe: '/usr/bin/tinyvmi-probe',
  targetInitramfs: '/images/target-initramfs',
} as const;

/** Folder in Dom0 of what only some runs bring (images/extras.ts). */
export const EXTRAS_FOLDER = '/usr/lib/tinyvmi';

/** What Dom0's initramfs is made of. */
export interface InitramfsParts {
  /** Paths of the first archives, which are the same for every testbed. */
  common: readonly string[];
  native: NativeImages;
  extras: ExtraImages;
  keys: TestbedKeys;
  /** What comes last. */
  dom0Archive?: Uint8Array | undefined;
}

/** Writes Dom0's whole initramfs for one testbed. */
export async function writeInitramfs(
  path: string,
  { common, native, extras, keys, dom0Archive = new Uint8Array() }: InitramfsParts,
): Promise<void> {
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
  const overlay = cpio([
    await image('introspector', 0o755),
    await image('minios', 0o644),
    await image('targetInitramfs', 0o644),
    await image('linuxDomainInitramfs', 0o644),
    await image('probe', 0o755),
    { kind: 'folder', path: EXTRAS_FOLDER.slice(1), mode: 0o755 },
    ...brought,
    { kind: 'file', path: 'etc/dropbear/host-key', mode: 0o600, data: keys.hostKey },
    { kind: 'folder', path: 'root', mode: 0o700 },
    { kind: 'folder', path: 'root/.ssh', mode: 0o700 },
    {
      kind: 'file',
      path: 'root/.ssh/authorized_keys',
      mode: 0o600,
      data: Buffer.from(keys.authorizedKeys),
    },
  ]);
  const read = await Promise.all(common.map((part) => readFile(part)));
  await writeFile(path, Buffer.concat([...read, overlay, dom0Archive]), { mode: 0o600 });
}
