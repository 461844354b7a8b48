/**
 * Domain configurations in xl's format (xl.cfg(5)), one for each role.
 *
 * `tsc_mode="native"` keeps Xen from trapping rdtsc. A domain that crashes or shuts down is kept until
 * we destroy it, so that its state can be told. The labels are those of infra/policy/tinyvmi.te.
 */
import { UserError } from '../errors.ts';
import { LOADED_AT } from '../images/bzimage.ts';
import type { DomainSpec } from '../testbed.ts';

/** The kernel of HVM guests: an image that QEMU boots, alone or with the rest of it (`bootParts`). */
export interface HvmKernel {
  image: string;
  rest?: string;
}

/** Absolute paths on the host of the images that domains boot. */
export interface GuestImages {
  kernel: string;
  targetInitramfs: string;
  minios: string;
  /** Undefined on a host that gets no HVM guest. */
  hvmKernel?: HvmKernel | undefined;
  /** Undefined where the user brought no Mini-OS image. */
  ownMinios?: string | undefined;
  /** Undefined on a host that gets no Linux introspector. */
  linuxDomainInitramfs?: string;
}

/**
 * What may have a FLASK label of its own. `events`: an introspector that listens; `linux`: one that
 * runs Linux.
 */
export const LABELLED = ['target', 'introspector', 'events', 'linux', 'bystander'] as const;

/** FLASK labels, as xl.cfg(5) wants them (`user:role:type`). */
export type Labels = Readonly<Record<(typeof LABELLED)[number], string>>;

/** The labels of infra/policy/tinyvmi.te. */
export const OUR_LABELS: Labels = {
  target: 'system_u:system_r:target_t',
  introspector: 'system_u:system_r:introspector_t',
  events: 'system_u:system_r:introspector_event_t',
  linux: 'system_u:system_r:introspector_linux_t',
  bystander: 'system_u:system_r:bystander_t',
};

/** What a host has to say about the configuration of domains. */
export interface HostPart {
  /** Undefined on a Xen without FLASK, which takes none. */
  labels: Labels | undefined;
  /** By which the domain is found again, whoever renames it or makes another of its name. */
  uuid?: string;
  /** CPUs that its vcpus run on, as xl.cfg(5) wants them. Undefined: all. */
  cpus?: string | undefined;
}

/** Every name of a domain of ours starts so; what does not is never touched. */
export const NAME_PREFIX = 'tv-';

/** Memory of a Mini-OS domain, in MiB: the least that Xen's domain builder gives. */
const MINIOS_MIB = 4;
const MIB = 2 ** 20;
/** Memory of a domain with a Mini-OS of the user's own, in MiB: what it needs is not known. */
const OWN_MINIOS_MIB = 32;
const PAGE_BYTES = 4096;
const BYTES_OF = { '4k': 4096, '2m': 2 * MIB, '1g': 1024 * MIB } as const;
/** What Debian's kernel needs to boot and to keep working beside the region. */
const LINUX_MIB = 120;
/** Page tables and other records of the guest's kernel, as a part of its memory. */
const OVERHEAD = 1 / 40;
const SMALLEST_TARGET_MIB = 128;
const KERNEL_MIB = { minios: MINIOS_MIB, linux: SMALLEST_TARGET_MIB, own: OWN_MINIOS_MIB } as const;
/** Of every Linux guest's kernel. Self-tests of cryptography would be half of the time to boot. */
const LINUX_PARAMETERS = ['console=hvc0', 'quiet', 'cryptomgr.notests=1'];

/**
 * With FSGSBASE, Linux writes no MSR where it did before; with UMIP, a descriptor register is read by a
 * fault. Current processors have both (xl.cfg(5), "cpuid").
 */
export const PLAIN_PROCESSOR = 'host,fsgsbase=0,umip=0';

/** Whether a domain of ours that is no target runs Linux. */
function isLinux(spec: DomainSpec): boolean {
  return spec.role === 'introspector' && spec.kernel === 'linux';
}

/** How many of them are HVM guests, each of which has a device model in Dom0. */
export function hvmGuestsOf(domains: readonly DomainSpec[]): number {
  return domains.filter((spec) => spec.role === 'target' && spec.type === 'hvm').length;
}

/** Memory of a domain in MiB. */
export function memoryMiB(spec: DomainSpec): number {
  switch (spec.role) {
    case 'target': {
      const unit = BYTES_OF[spec.pageSize];
      const region = Math.ceil((spec.pages * PAGE_BYTES) / unit) * unit;
      const whole = LINUX_MIB + Math.ceil((region / MIB) * (1 + OVERHEAD)) + alignmentMiB(spec);
      return Math.max(SMALLEST_TARGET_MIB, whole);
    }
    case 'introspector':
      return spec.memoryMiB ?? KERNEL_MIB[spec.kernel ?? 'minios'];
    default:
      return MINIOS_MIB;
  }
}

/** A 1 GiB page has to lie at a multiple of its size, which the guest's first GiB never offers. */
function alignmentMiB(spec: { pageSize: keyof typeof BYTES_OF }): number {
  return spec.pageSize === '1g' ? 1024 : 0;
}

/**
 * The text of a domain's configuration.
 * @throws UserError for a domain that Xen cannot build.
 */
export function domainConfig(
  spec: DomainSpec,
  images: GuestImages,
  host: HostPart = { labels: OUR_LABELS },
): string {
  if (!new RegExp(`^${NAME_PREFIX}[a-z0-9-]+$`).test(spec.name)) {
    throw new Error(`a domain's name must start with ${NAME_PREFIX}: ${spec.name}`);
  }
  const owner = labelled(spec);
  const label = owner === undefined ? undefined : host.labels?.[owner];
  const lines: Record<string, Value> = {
    ...common(spec),
    ...(host.uuid === undefined ? {} : { uuid: host.uuid }),
    ...(host.cpus === undefined ? {} : { cpus: host.cpus }),
    ...(spec.role === 'target' ? target(spec, images) : other(spec, images)),
    ...(label === undefined ? {} : { seclabel: label }),
  };
  return configText(lines);
}

/** A value in xl's format. */
export type Value = string | number | readonly string[];

/** A configuration's text, a line each. */
export function configText(lines: Readonly<Record<string, Value>>): string {
  return Object.entries(lines)
    .map(([name, value]) => `${name} = ${written(value)}\n`)
    .join('');
}

function written(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${value}"`;
  return `[${value.map(written).join(', ')}]`;
}

function common(spec: DomainSpec): Record<string, string | number> {
  const memory = memoryMiB(spec);
  return {
    name: spec.name,
    memory,
    maxmem: memory,
    tsc_mode: 'native',
    on_poweroff: 'preserve',
    on_reboot: 'preserve',
    on_crash: 'preserve',
  };
}

function target(
  spec: Extract<DomainSpec, { role: 'target' }>,
  images: GuestImages,
): Record<string, Value> {
  if (spec.type === 'pv' && spec.pageSize !== '4k') {
    throw new UserError(`a PV guest has no pages of ${spec.pageSize}`, {
      kind: 'usage',
      advice: 'use a PVH target, or pages of 4k',
    });
  }
  const parameters = [
    ...LINUX_PARAMETERS,
    `tv.pages=${spec.pages}`,
    `tv.batch=${spec.batch}`,
    `tv.page-size=${spec.pageSize}`,
    `tv.seed=${spec.seed}`,
    ...(spec.events ? ['tv.events=1'] : []),
  ];
  return {
    type: spec.type,
    kernel: images.kernel,
    ramdisk: images.targetInitramfs,
    cmdline: parameters.join(' '),
    vcpus: spec.vcpus ?? 1,
    ...(spec.events ? { cpuid: PLAIN_PROCESSOR } : {}),
    ...(spec.type === 'hvm' ? hvmPart(images) : {}),
  };
}

/** A device model of no more than it takes: the guest has a console of Xen's. */
const NO_SCREEN = { vga: 'none', nographic: 1, vnc: 0, sdl: 0 } as const;

/** What an HVM guest has besides. @throws Error where the host has no kernel for one */
export function hvmPart({ hvmKernel }: Pick<GuestImages, 'hvmKernel'>): Record<string, Value> {
  if (hvmKernel === undefined) throw new Error('this host has no kernel for HVM guests');
  const { image, rest } = hvmKernel;
  const loader = `loader,file=${rest},addr=0x${LOADED_AT.toString(16)},force-raw=on`;
  return {
    kernel: image,
    ...NO_SCREEN,
    ...(rest === undefined ? {} : { device_model_args_hvm: ['-device', loader] }),
  };
}

function other(
  spec: Exclude<DomainSpec, { role: 'target' }>,
  images: GuestImages,
): Record<string, string | number> {
  const image = isLinux(spec) ? linux(images) : { kernel: minios(spec, images) };
  return { type: 'pv', ...image, vcpus: 1 };
}

function minios(spec: DomainSpec, images: GuestImages): string {
  if (spec.role !== 'introspector' || spec.kernel !== 'own') return images.minios;
  if (images.ownMinios === undefined) throw new Error('this host has no Mini-OS of the user');
  return images.ownMinios;
}

/** A kernel that runs short of memory ends its domain, and does not go on without the process. */
function linux({ kernel, linuxDomainInitramfs }: GuestImages): Record<string, string> {
  if (linuxDomainInitramfs === undefined) throw new Error('this host has no Linux introspector');
  const parameters = [...LINUX_PARAMETERS, 'panic=-1', 'sysctl.vm.panic_on_oom=2'];
  return { kernel, ramdisk: linuxDomainInitramfs, cmdline: parameters.join(' ') };
}

/** Whose label a domain has; undefined for none of ours. */
function labelled(spec: DomainSpec): keyof Labels | undefined {
  switch (spec.role) {
    case 'introspector':
      if (isLinux(spec)) return 'linux';
      return spec.profile === 'events' ? 'events' : 'introspector';
    case 'unlabelled':
      return undefined;
    default:
      return spec.role;
  }
}
