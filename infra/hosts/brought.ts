/**
 * What a run brings to a host: the Dom0 introspector, the attendant, and of the images those that a domain of
 * the run boots.
 * A kernel that nobody boots would be most of what travels.
 */
import type { ExtraPaths } from '../images/extras.ts';
import type { DomainSpec } from '../testbed.ts';
import { domainConfig, type GuestImages } from '../xl/config.ts';

/** Files that go into our folder, by role. */
export type Files = Record<
  'introspector' | 'attendant' | 'minios' | 'targetInitramfs' | 'kernel',
  string
>;

const FILE_NAMES: Files = {
  introspector: 'tinyvmi-introspector',
  attendant: 'tinyvmi-attendant',
  minios: 'minios.gz',
  targetInitramfs: 'target-initramfs',
  kernel: 'vmlinux',
};

/** The roles, in the order in which they travel. */
export function rolesOf(files: Files): (keyof Files)[] {
  return Object.keys(files) as (keyof Files)[];
}

/** Absolute paths of all of them in our folder on a host. */
export function pathsIn(folder: string): Files {
  const paths = rolesOf(FILE_NAMES).map((role) => [role, `${folder}/${FILE_NAMES[role]}`]);
  return Object.fromEntries(paths) as Files;
}

/** Those that run in Dom0. */
export function programsIn({ introspector, attendant }: Files): string[] {
  return [introspector, attendant];
}

/** The same as the configuration of domains has them. */
export function guestImages(paths: Files, { ownMinios, hvmKernel }: ExtraPaths): GuestImages {
  return {
    ...paths,
    ownMinios,
    hvmKernel: hvmKernel === undefined ? undefined : { image: hvmKernel },
  };
}

/**
 * Which of these paths a run with such domains uses: the programs', and those that a configuration names.
 * @throws UserError for a domain that Xen cannot build
 */
export function neededOf(
  domains: readonly DomainSpec[],
  paths: Files,
  extra: ExtraPaths,
): string[] {
  const images = guestImages(paths, extra);
  const configs = domains.map((spec) => domainConfig(spec, images));
  const programs = programsIn(paths);
  return Object.values(paths).filter(
    (path) => programs.includes(path) || configs.some((config) => config.includes(`"${path}"`)),
  );
}
