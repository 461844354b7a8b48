import { expect, it } from 'vitest';
import {
  DOM0_OPTIONS,
  type MachineConfig,
  qemuArguments,
  withoutFolders,
} from './qemu-arguments.ts';

const machine: MachineConfig = {
  accelerator: 'tcg',
  clock: 'counted',
  cpus: 1,
  memoryMiB: 2048,
  dom0MemoryMiB: 512,
  xen: '/xen',
  kernel: '/vmlinux',
  initramfs: '/initramfs',
  policy: '/xenpolicy',
  monitor: '/run/monitor',
  dom0: 'pv',
};

/** The value after an option. */
function after(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

it('counts instructions on the counted clock, and only there', () => {
  expect(after(qemuArguments(machine), '-icount')).toBe('shift=0,sleep=off,align=off');
  expect(qemuArguments({ ...machine, clock: 'wall', cpus: 2 })).not.toContain('-icount');
});

it('boots Xen with FLASK enforcing, and its modules in order', () => {
  const args = qemuArguments(machine);
  expect(after(args, '-append')?.split(' ')).toContain('flask=enforcing');
  expect(after(args, '-initrd')).toMatch(/^\/vmlinux console=hvc0 .*,\/initramfs,\/xenpolicy$/);
});

it('boots Xen without FLASK when there is no policy', () => {
  const args = qemuArguments({ ...machine, policy: undefined });
  expect(after(args, '-append')?.split(' ')).toContain('flask=disabled');
  expect(after(args, '-initrd')).toMatch(/^\/vmlinux console=hvc0 .*,\/initramfs$/);
});

it('gives Dom0 entropy from its processor, and Xen a timer that is read by a port', () => {
  const args = qemuArguments(machine);
  expect(after(args, '-cpu')?.split(',')).toContain('+rdrand');
  expect(after(args, '-machine')).toBe('q35,accel=tcg,hpet=off');
});

it('gives options of Dom0 that can stand in a list of modules', () => {
  expect(DOM0_OPTIONS).not.toContain(',');
});

it('gives a PVH Dom0 the IOMMU that Xen wants of it, and a PV Dom0 none', () => {
  const pvh = qemuArguments({ ...machine, dom0: 'pvh' });
  expect(after(pvh, '-append')?.split(' ')).toContain('dom0=pvh');
  expect(pvh).toContain('amd-iommu,intremap=on');
  const pv = qemuArguments(machine);
  expect(after(pv, '-append')?.split(' ')).toContain('dom0=pv');
  expect(pv.join(' ')).not.toContain('iommu');
});

it('gives Dom0 the memory that it is to have, and no more later', () => {
  const args = qemuArguments({ ...machine, dom0MemoryMiB: 600 });
  expect(after(args, '-append')?.split(' ')).toContain('dom0_mem=600M,max:600M');
});

it('lets the network reach nothing but the forwarded port on loopback', () => {
  expect(after(qemuArguments(machine), '-netdev')).toBe(
    'user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:22',
  );
});

it("emulates AMD's virtualisation, or passes the host's processor on", () => {
  expect(after(qemuArguments(machine), '-cpu')).toBe('qemu64,+svm,+npt,+pdpe1gb,+rdrand');
  expect(after(qemuArguments({ ...machine, accelerator: 'kvm' }), '-cpu')).toBe('host');
});

it('is told without the folders of this machine', () => {
  const told = withoutFolders([
    ...['-kernel', '/home/a/.cache/x/xen', '-initrd', '/c/vmlinux console=hvc0,/tmp/a-1/initramfs'],
    ...['-qmp', 'unix:/tmp/a-1/monitor,server=on'],
  ]);
  expect(told).toBe(
    '-kernel xen -initrd vmlinux console=hvc0,initramfs -qmp unix:monitor,server=on',
  );
});

it('has RAM of its own, unless a file is to be it', () => {
  expect(after(qemuArguments(machine), '-machine')).toBe('q35,accel=tcg,hpet=off');
  expect(qemuArguments(machine)).not.toContain('-object');
  const kept = qemuArguments({ ...machine, ram: { file: '/cache/a,b/ram', kept: true } });
  expect(after(kept, '-machine')).toBe('q35,accel=tcg,hpet=off,memory-backend=ram');
  expect(after(kept, '-object')).toBe(
    'memory-backend-file,id=ram,size=2048M,mem-path=/cache/a,,b/ram,share=on',
  );
  const read = qemuArguments({ ...machine, ram: { file: '/ram', kept: false } });
  expect(after(read, '-object')).toMatch(/share=off$/);
});

it('boots nothing when it goes on from a saved state', () => {
  const args = qemuArguments({ ...machine, incoming: true });
  expect(after(args, '-incoming')).toBe('defer');
  for (const option of ['-kernel', '-append', '-initrd']) expect(args).not.toContain(option);
});
