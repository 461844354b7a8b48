import { describe, expect, it } from 'vitest';
import type { DomainSpec } from '../testbed.ts';
import { domainConfig, hvmGuestsOf, memoryMiB } from './config.ts';

const images = {
  kernel: '/images/vmlinux',
  targetInitramfs: '/images/target',
  minios: '/images/minios.gz',
  linuxDomainInitramfs: '/images/linux-domain',
  hvmKernel: { image: '/extras/vmlinuz' },
};
const target: Extract<DomainSpec, { role: 'target' }> = {
  role: 'target',
  name: 'tv-target',
  type: 'pvh',
  pages: 500,
  batch: 250,
  pageSize: '4k',
  seed: 7,
};

describe('domainConfig', () => {
  it('of a target', () => {
    expect(domainConfig(target, images)).toBe(
      [
        'name = "tv-target"',
        'memory = 128',
        'maxmem = 128',
        'tsc_mode = "native"',
        'on_poweroff = "preserve"',
        'on_reboot = "preserve"',
        'on_crash = "preserve"',
        'type = "pvh"',
        'kernel = "/images/vmlinux"',
        'ramdisk = "/images/target"',
        'cmdline = "console=hvc0 quiet cryptomgr.notests=1 tv.pages=500 tv.batch=250 tv.page-size=4k tv.seed=7"',
        'vcpus = 1',
        'seclabel = "system_u:system_r:target_t"',
        '',
      ].join('\n'),
    );
  });

  it('of an HVM target boots the compressed kernel, has no screen, and differs in nothing else', () => {
    const text = domainConfig({ ...target, type: 'hvm' }, images);
    const screen = 'vga = "none"\nnographic = 1\nvnc = 0\nsdl = 0\n';
    expect(text).toContain(
      'type = "hvm"\nkernel = "/extras/vmlinuz"\nramdisk = "/images/target"\n',
    );
    expect(text).toContain(`vcpus = 1\n${screen}seclabel`);
    expect(
      text
        .replace(screen, '')
        .replace('"hvm"', '"pvh"')
        .replace('/extras/vmlinuz', '/images/vmlinux'),
    ).toBe(domainConfig(target, images));
  });

  it('of an HVM target has the rest of its kernel put into memory, where that is apart', () => {
    const hvmKernel = { image: '/images/setup', rest: '/images/rest' };
    const text = domainConfig({ ...target, type: 'hvm' }, { ...images, hvmKernel });
    expect(text).toContain('kernel = "/images/setup"\n');
    expect(text).toContain(
      'device_model_args_hvm = ["-device", "loader,file=/images/rest,addr=0x1000000,force-raw=on"]\n',
    );
  });

  it('of an introspector is a PV domain of 4 MB with its label', () => {
    const text = domainConfig({ role: 'introspector', name: 'tv-introspector' }, images);
    expect(text).toContain('memory = 4\n');
    expect(text).toContain('type = "pv"\nkernel = "/images/minios.gz"\n');
    expect(text).toContain('seclabel = "system_u:system_r:introspector_t"\n');
  });

  it('of an introspector in Linux is a PV domain with the kernel, its initramfs and its label', () => {
    const spec = { role: 'introspector', name: 'tv-l', kernel: 'linux' } as const;
    const text = domainConfig({ ...spec, memoryMiB: 96 }, images);
    expect(text).toContain('memory = 96\nmaxmem = 96\n');
    expect(text).toContain(
      'type = "pv"\nkernel = "/images/vmlinux"\nramdisk = "/images/linux-domain"\n',
    );
    expect(text).toContain('seclabel = "system_u:system_r:introspector_linux_t"\n');
    expect(memoryMiB(spec)).toBe(128);
  });

  it('of an introspector of events has the label that may listen', () => {
    const spec = { role: 'introspector', name: 'tv-e', profile: 'events' } as const;
    expect(domainConfig(spec, images)).toContain(
      'seclabel = "system_u:system_r:introspector_event_t"\n',
    );
  });

  it('of a target of events tells its init', () => {
    const text = domainConfig({ ...target, events: true, vcpus: 4 }, images);
    expect(text).toContain(' tv.seed=7 tv.events=1"\n');
    expect(text).toContain('vcpus = 4\n');
    // Neither instruction would be an event on a current processor.
    expect(text).toContain('cpuid = "host,fsgsbase=0,umip=0"\n');
  });

  it('of a bystander has its label, of an unlabelled domain none', () => {
    expect(domainConfig({ role: 'bystander', name: 'tv-b' }, images)).toContain(':bystander_t"');
    expect(domainConfig({ role: 'unlabelled', name: 'tv-u' }, images)).not.toContain('seclabel');
  });

  it('is refused for large pages in a PV guest', () => {
    expect(() => domainConfig({ ...target, type: 'pv', pageSize: '2m' }, images)).toThrow(
      'a PV guest has no pages of 2m',
    );
  });

  it.each(['target', 'tv-', 'tv-a b', 'tv-a"'])('is refused for the name %s', (name) => {
    expect(() => domainConfig({ ...target, name }, images)).toThrow('name must start with');
  });
});

describe('memoryMiB', () => {
  it.each([
    [{ pages: 500, pageSize: '4k' }, 128],
    [{ pages: 100_000, pageSize: '4k' }, 521],
    [{ pages: 500, pageSize: '2m' }, 128],
    [{ pages: 500, pageSize: '1g' }, 2194],
  ] as const)('of a target with %o', (region, expected) => {
    expect(memoryMiB({ ...target, ...region })).toBe(expected);
  });

  it('of an introspector is what it asks for', () => {
    expect(memoryMiB({ role: 'introspector', name: 'tv-i', memoryMiB: 32 })).toBe(32);
  });
});

it('counts the HVM guests of a run', () => {
  const hvm = { ...target, type: 'hvm' } as const;
  const minios = { role: 'introspector', name: 'tv-i' } as const;
  expect(hvmGuestsOf([target, minios])).toBe(0);
  expect(hvmGuestsOf([hvm, minios, { ...hvm, name: 'tv-event-target' }])).toBe(2);
});
