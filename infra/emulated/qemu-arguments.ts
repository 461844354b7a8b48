/**
 * QEMU's command line for a machine that boots Xen.
 *
 * Xen's multiboot modules are Dom0's kernel, its initramfs and the FLASK policy if there is one, in that order; the
 * text after a module's file name is that module's own command line.
 */
import type { ClockMode, Dom0Mode } from '../testbed.ts';

/** A machine to emulate. */
export interface MachineConfig {
  accelerator: 'tcg' | 'kvm';
  clock: ClockMode;
  cpus: number;
  memoryMiB: number;
  /** Of it, what Dom0 gets. */
  dom0MemoryMiB: number;
  xen: string;
  kernel: string;
  initramfs: string;
  /** Undefined: FLASK is disabled, and Xen keeps to its built-in rules. */
  policy: string | undefined;
  /** Unix socket of QEMU's monitor (QMP). */
  monitor: string;
  dom0: Dom0Mode;
  /**
   * File that is its RAM. `kept`: what the machine writes is written there; else the file stays as it is,
   * and the machine's own pages are its alone. Default: no file.
   */
  ram?: { file: string; kept: boolean } | undefined;
  /** It waits for a saved state, by its monitor (snapshot/state.ts), and goes on from there. */
  incoming?: boolean;
}

/**
 * Options of Xen. Both log levels at "all" also switch rate limits off, so that no denial is missed.
 * Scrubbing free memory at boot would be billions of instructions for nothing.
 */
function xenOptions({ dom0, dom0MemoryMiB, policy }: MachineConfig): string {
  return [
    'console=com1',
    'com1=115200,8n1',
    `dom0_mem=${dom0MemoryMiB}M,max:${dom0MemoryMiB}M`,
    'loglvl=all',
    'guest_loglvl=all',
    'conring_size=2M',
    'bootscrub=0',
    'noreboot',
    `dom0=${dom0}`,
    policy === undefined ? 'flask=disabled' : 'flask=enforcing',
  ].join(' ');
}

/**
 * Options of Dom0's kernel. Those after the first three leave out of its boot what an emulated host has no
 * use for; what each of them saves, and that none changes what is measured, is in docs/emulated-host.md.
 */
export const DOM0_OPTIONS = [
  'console=hvc0',
  'quiet',
  'panic=0',
  // Self-tests of cryptography.
  'cryptomgr.notests=1',
  // Asks Xen for each lock prefix, one at a time, to be taken out of its code, since there is one CPU.
  'noreplace-smp',
  // Makes its code and data read-only, then walks all page tables to see whether they are.
  'rodata=off',
  // Maps the whole of PCI's memory-mapped configuration space.
  'pci=nommconf',
  // Looks for an AGP bridge and for devices with quirks, by ports, each access to which is emulated twice.
  'pci=noearly',
  // Watches the ACPI timer, by a port again, to find that Xen withholds it.
  'pmtmr=0',
  // Buffers for devices, 64 MiB by default, every page of which is exchanged with Xen: 8 MiB.
  'swiotlb=4096',
].join(' ');

/**
 * The processor: AMD's, since QEMU emulates SVM with nested paging and no VMX; with 1 GiB pages for the
 * targets that use them, and with RDRAND, or Dom0's ssh would wait for entropy until a billion instructions
 * have passed. Under KVM the host's own, or nothing nested would be offered.
 */
function processor(accelerator: MachineConfig['accelerator']): string {
  return accelerator === 'kvm' ? 'host' : 'qemu64,+svm,+npt,+pdpe1gb,+rdrand';
}

/** Xen's modules, each with its own command line. */
function modules({ kernel, initramfs, policy }: MachineConfig): string {
  const ours = [`${kernel} ${DOM0_OPTIONS}`, initramfs];
  return [...ours, ...(policy === undefined ? [] : [policy])].join(',');
}

/** Xen gives a PVH Dom0 no device without an IOMMU, and does not start it. */
function iommu({ dom0 }: MachineConfig): string[] {
  return dom0 === 'pvh' ? ['-device', 'amd-iommu,intremap=on'] : [];
}

/**
 * VMware's: DMA through the kernel's own interface, as a PV Dom0 needs, and no EEPROM, which Intel's have
 * and whose drivers read bit by bit, waiting out its times instruction by instruction.
 */
const NETWORK_CARD = 'vmxnet3';

/** A path as a value of QEMU's options, in which a comma stands for the next one. */
function value(path: string): string {
  return path.replaceAll(',', ',,');
}

/** RAM in a file, where it is to be: its size is that of the machine. */
function ram({ ram: own, memoryMiB }: MachineConfig): string[] {
  if (own === undefined) return [];
  const share = own.kept ? 'on' : 'off';
  return [
    '-object',
    `memory-backend-file,id=ram,size=${memoryMiB}M,mem-path=${value(own.file)},share=${share}`,
  ];
}

/** What it begins with: Xen and its modules, or the state that it was saved in, which has them in RAM. */
function beginning(machine: MachineConfig): string[] {
  if (machine.incoming) return ['-incoming', 'defer'];
  return [
    ...['-kernel', machine.xen],
    ...['-append', xenOptions(machine)],
    ...['-initrd', modules(machine)],
  ];
}

/** The name of QEMU's process. */
const PROCESS = 'qemu-system-x86_64';

/**
 * The arguments, without the program. Without an HPET, Xen calibrates by the ACPI timer: where instructions
 * are counted, waiting by memory-mapped reads takes four times as long as by reads of a port. Standard input
 * and output are the first serial port.
 */
export function qemuArguments(machine: MachineConfig): string[] {
  const counted = ['-icount', 'shift=0,sleep=off,align=off'];
  const backend = machine.ram === undefined ? '' : ',memory-backend=ram';
  return [
    ...['-machine', `q35,accel=${machine.accelerator},hpet=off${backend}`],
    ...ram(machine),
    ...['-cpu', processor(machine.accelerator)],
    ...['-smp', String(machine.cpus)],
    ...['-m', String(machine.memoryMiB)],
    ...(machine.clock === 'counted' ? counted : []),
    // What ps(1) shows of a program that its loader started.
    ...['-name', `process=${PROCESS}`],
    ...['-display', 'none', '-nodefaults', '-no-user-config', '-no-reboot'],
    ...beginning(machine),
    ...iommu(machine),
    ...['-netdev', 'user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:22'],
    ...['-device', `${NETWORK_CARD},netdev=net,romfile=`],
    ...['-chardev', 'stdio,id=com1,signal=off', '-serial', 'chardev:com1'],
    ...['-qmp', `unix:${machine.monitor},server=on,wait=off`],
  ];
}

/**
 * A command line for a manifest: files by their names alone. Their folders are of one machine, and the
 * manifest has their hashes.
 */
export function withoutFolders(args: readonly string[]): string {
  return args.join(' ').replace(/\/(?:[^\s,=/]+\/)+(?=[^\s,/])/g, '');
}
