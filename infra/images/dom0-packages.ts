/** What the images are made of, by the names of Debian's packages. */
import type { PackageWishes, Wishes } from '../apt/resolve.ts';
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
 * The release of Debian that the testbed is made of, by its codename, whatever runs on the machine that
 * makes it: every machine makes the same.
 */
export const PINNED_RELEASE = 'bookworm';

/**
 * Everything asked of the archives of that release. The preferred version of Xen's source
 * is the one that the suite is tested with; another of the series is taken when the archive lists but
 * does not give it. The kernel is the same under every Xen, so that Xen is all that differs.
 */
export const WISHES: Wishes = {
  packages: dom0Packages('4.17'),
  meta: { name: 'linux-image-amd64', prefix: 'linux-image-' },
  source: { name: 'xen', series: '4.17.', preferred: '4.17.5+72-g01140da4e8-1' },
};

/**
 * Packages whose files a Dom0 needs to make HVM guests, beside its own: the device model (QEMU), what it
 * loads into a guest, and its libraries.
 */
const DEVICE_MODEL = [
  'libffi8',
  'libgstreamer-plugins-base1.0-0',
  'libgstreamer1.0-0',
  'libjpeg62-turbo',
  'liblz4-1',
  'libopus0',
  'libpixman-1-0',
  'libsasl2-2',
  'libspice-server1',
  'libstdc++6',
  'libudev1',
  'libusb-1.0-0',
  'qemu-system-data',
  'qemu-system-xen',
  'seabios',
] as const;

/** Where a series of Xen, with the Dom0 that belongs to it, comes from. */
export interface XenOrigin {
  /** Of Debian, by its codename. */
  release: string;
  wishes: Wishes;
  /** What is wanted besides where there are HVM guests. */
  deviceModel: PackageWishes;
  /** Whether the meta package stands for Debian's own hypervisor, which is built without FLASK. */
  hypervisor?: true;
}

/** Of each series that is booted here. */
export const XEN_ORIGINS: Readonly<Record<EmulatedSeries, XenOrigin>> = {
  '4.17': {
    release: PINNED_RELEASE,
    wishes: WISHES,
    deviceModel: {
      packages: [
        ...DEVICE_MODEL,
        'libbz2-1.0',
        'libdw1',
        'libelf1',
        'libglib2.0-0',
        'liborc-0.4-0',
        'libssl3',
        'libunwind8',
      ],
    },
  },
  '4.20': {
    release: 'trixie',
    wishes: {
      packages: dom0Packages('4.20'),
      meta: { name: 'xen-system-amd64', prefix: 'xen-hypervisor-4.20-' },
      source: { name: 'xen', series: '4.20.', preferred: '4.20.4+63-g7abfd2bce2-0+deb13u1' },
    },
    deviceModel: {
      packages: [
        ...DEVICE_MODEL,
        'libatomic1',
        'libcap2',
        'libglib2.0-0t64',
        'liborc-0.4-0t64',
        'libssl3t64',
        'libxxhash0',
      ],
    },
    hypervisor: true,
  },
};
