import { expect, it } from 'vitest';
import { UserError } from '../errors.ts';
import type { HostReport } from './facts.ts';
import { demandHvm, hvmLack } from './hvm.ts';

/** A host that can make HVM guests, and what is different on it. */
function report(dom0: Record<string, string> = {}, caps = 'pv hvm hap shadow'): HostReport {
  return {
    xen: { virt_caps: caps },
    xenFailure: '',
    dom0: {
      device_model_path: '/usr/libexec/xen-qemu-system-i386',
      device_model: 'there',
      hvmloader_path: '/usr/lib/xen-4.17/boot/hvmloader',
      hvmloader: 'there',
      ...dom0,
    },
    domains: [],
    console: '',
  };
}

it('lets a host with all of it make HVM guests', () => {
  expect(hvmLack(report())).toBeUndefined();
  expect(() => demandHvm(report(), 'lab')).not.toThrow();
});

it.each([
  [
    report({ device_model: '' }),
    'Dom0 lacks a device model (/usr/libexec/xen-qemu-system-i386)',
    'qemu-system-xen',
  ],
  [
    report({ hvmloader: '', device_model: '' }),
    'Dom0 lacks hvmloader (/usr/lib/xen-4.17/boot/hvmloader) and a device model',
    'xen-utils',
  ],
  [
    report({ hvmloader: '', hvmloader_path: '' }),
    'Dom0 lacks hvmloader (the toolstack names no path of it)',
    'xen-utils',
  ],
  [report({}, 'pv'), 'Xen has no hardware virtualisation', '--target pv'],
])('skips a host without it, and says what is missing and what mends it', (host, why, mend) => {
  let error: unknown;
  try {
    demandHvm(host, 'lab');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UserError);
  const { kind, message, advice } = error as UserError;
  expect(kind).toBe('skipped');
  expect(message).toContain(`lab cannot make an HVM guest: ${why}`);
  expect(advice).toContain(mend);
});
