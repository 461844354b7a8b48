/**
 * What a run brings to a host besides what every run does: the introspector with upstream LibVMI, a
 * Mini-OS image of the user's own, the kernel as HVM guests boot it. All of it lies in one folder there.
 */
import { type Cache, fileOf, hashIn } from '../cache/cache.ts';
import type { ExtraPrograms, Progress } from '../testbed.ts';
import { hvmKernel } from './images.ts';
import { LIBVMI_PROGRAM, libvmiImages } from './libvmi.ts';
import { ownMinios } from './own-minios.ts';

/** Names of images in the folder. */
const OWN_MINIOS = 'own-minios';
const HVM_KERNEL = 'vmlinuz';

/** Files, each by its name in the folder on the host. */
export interface ExtraImages {
  /** Absolute paths on this machine. */
  files: Record<string, string>;
  hashes: Record<string, string>;
  facts: Record<string, string>;
}

/** Where in a folder on a host they are that a run asks for. */
export interface ExtraPaths {
  libvmi: string | undefined;
  ownMinios: string | undefined;
  hvmKernel: string | undefined;
}

/**
 * Makes sure that they are there.
 * @param slowdown instructions that each page costs more, on purpose.
 * @throws UserError of kind `usage` for an image that nobody can boot, `skipped` without a LibVMI
 */
export async function extraImages(
  cache: Cache,
  { libvmi = false, miniosImage, hvmKernel: hvm = false }: ExtraPrograms,
  slowdown: number,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ExtraImages> {
  const own = miniosImage === undefined ? undefined : await ownMinios(miniosImage);
  const compiled = libvmi
    ? await libvmiImages(cache, slowdown, signal)
    : { files: {}, hashes: {}, facts: {} };
  const kernel = hvm ? await hvmKernel(cache, progress, signal) : undefined;
  return {
    files: {
      ...compiled.files,
      ...(own === undefined ? {} : { [OWN_MINIOS]: own.file }),
      ...(kernel === undefined ? {} : { [HVM_KERNEL]: fileOf(kernel, HVM_KERNEL) }),
    },
    hashes: {
      ...compiled.hashes,
      ...(own === undefined ? {} : { 'minios-own': own.hash }),
      ...(kernel === undefined ? {} : { 'hvm-kernel': hashIn(kernel, HVM_KERNEL) }),
    },
    facts: compiled.facts,
  };
}

/** Their paths. */
export function extraPaths(
  folder: string,
  { libvmi = false, miniosImage, hvmKernel: hvm = false }: ExtraPrograms,
): ExtraPaths {
  return {
    libvmi: libvmi ? `${folder}/${LIBVMI_PROGRAM}` : undefined,
    ownMinios: miniosImage === undefined ? undefined : `${folder}/${OWN_MINIOS}`,
    hvmKernel: hvm ? `${folder}/${HVM_KERNEL}` : undefined,
  };
}
