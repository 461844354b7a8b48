/** What the images are made of, by the names of Debian's packages. */
import type { Wishes } from '../apt/resolve.ts';

/** Packages whose files go into Dom0's initramfs. */
export const DOM0_PACKAGES: readonly string[] = [
  'busybox-static',
  'coreutils',
  'dropbear-bin',
  'libacl1',
  'libargon2-1',
  'libattr1',
  'libc6',
  'libcrypt1',
  'libfdt1',
  'libgcc-s1',
  'libgmp10',
  'liblzma5',
  'libnl-3-200',
  'libnl-route-3-200',
  'libpcre2-8-0',
  'libselinux1',
  'libtomcrypt1',
  'libtommath1',
  'libuuid1',
  'libxencall1',
  'libxendevicemodel1',
  'libxenevtchn1',
  'libxenforeignmemory1',
  'libxengnttab1',
  'libxenhypfs1',
  'libxenmisc4.17',
  'libxenstore4',
  'libxentoolcore1',
  'libxentoollog1',
  'libyajl2',
  'libzstd1',
  'xen-utils-4.17',
  'xenstore-utils',
  'zlib1g',
];

/**
 * Everything asked of the package archives. The preferred version of Xen's source is the one that the
 * suite is tested with; another of the series is taken when the archive lists but does not give it.
 */
export const WISHES: Wishes = {
  packages: DOM0_PACKAGES,
  meta: { name: 'linux-image-amd64', prefix: 'linux-image-' },
  source: { name: 'xen', series: '4.17.', preferred: '4.17.5+72-g01140da4e8-1' },
};
