/**
 * What a run brings to a host besides what every run does: the introspector with upstream LibVMI, a
 * Mini-OS image of the user's own. All of it lies in one folder there.
 */
import type { Cache } from '../cache/cache.ts';
import type { ExtraPrograms } from '../testbed.ts';
import { LIBVMI_PROGRAM, libvmiImages } from './libvmi.ts';
import { compilerVersion } from './native.ts';
import { ownMinios } from './own-minios.ts';

/** Name of the image in the folder. */
const OWN_MINIOS = 'own-minios';

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
}

/**
 * Makes sure that they are there.
 * @param slowdown instructions that each page costs more, on purpose.
 * @throws UserError of kind `usage` for an image that nobody can boot, `skipped` without a LibVMI
 */
export async function extraImages(
  cache: Cache,
  { libvmi = false, miniosImage }: ExtraPrograms,
  slowdown: number,
  signal?: AbortSignal,
): Promise<ExtraImages> {
  const own = miniosImage === undefined ? undefined : await ownMinios(miniosImage);
  const compiled = libvmi
    ? await libvmiImages(cache, await compilerVersion(), slowdown, signal)
    : { files: {}, hashes: {}, facts: {} };
  return own === undefined
    ? compiled
    : {
        files: { ...compiled.files, [OWN_MINIOS]: own.file },
        hashes: { ...compiled.hashes, 'minios-own': own.hash },
        facts: compiled.facts,
      };
}

/** Their paths. */
export function extraPaths(
  folder: string,
  { libvmi = false, miniosImage }: ExtraPrograms,
): ExtraPaths {
  return {
    libvmi: libvmi ? `${folder}/${LIBVMI_PROGRAM}` : undefined,
    ownMinios: miniosImage === undefined ? undefined : `${folder}/${OWN_MINIOS}`,
  };
}
