/** What the images are made of, by the names of Debian's packages. */
import type { Wishes } from '../apt/resolve.ts';
import type { EmulatedSeries } from '../testbed.ts';

/** Packages whose files go into Dom0's initramfs. */
const dom0Packages = (series: EmulatedSeries): readonly string[] => [
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
  `libxenmisc${series}`,
  'libxenstore4',
  'libxentoolcore1',
  'libxentoollog1',
  'libyajl2',
  'libzstd1',
  `xen-utils-${series}`,
  'xenstore-utils',
  'zlib1g',
];

/**
 * Everything asked of the archives of this machine's own release. The preferred version of Xen's source
 * is the one that the suite is tested with; another of the series is taken when the archive lists but
 * does not give it. The kernel is the same under every Xen, so that Xen is all that differs.
 */
export const WISHES: Wishes = {
  packages: dom0Packages('4.17'),
  meta: { name: 'linux-image-amd64', prefix: 'linux-image-' },
  source: { name: 'xen', series: '4.17.', preferred: '4.17.5+72-g01140da4e8-1' },
};

/** Where a series of Xen, with the Dom0 that belongs to it, comes from. */
export interface XenOrigin {
  /** Of Debian, by its codename; undefined: the one that this machine runs. */
  release?: string;
  wishes: Wishes;
  /** Whether the meta package stands for Debian's own hypervisor, which is built without FLASK. */
  hypervisor?: true;
}

/** Of each series that is booted here. */
export const XEN_ORIGINS: Readonly<Record<EmulatedSeries, XenOrigin>> = {
  '4.17': { wishes: WISHES },
  '4.20': {
    release: 'trixie',
    wishes: {
      packages: dom0Packages('4.20'),
      meta: { name: 'xen-system-amd64', prefix: 'xen-hypervisor-4.20-' },
      source: { name: 'xen', series: '4.20.', preferred: '4.20.4+63-g7abfd2bce2-0+deb13u1' },
    },
    hypervisor: true,
  },
};
