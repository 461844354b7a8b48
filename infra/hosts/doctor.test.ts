import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { checksOf } from './doctor.ts';
import { type HostReport, logsConsoles, lookAt, machineOf } from './facts.ts';
import { DEFAULTS, type HostSettings } from './settings.ts';

const SETTINGS: HostSettings = { ...DEFAULTS, name: 'lab', reach: { kind: 'local' } };

/** A host on which everything is as it should be. */
const GOOD: HostReport = {
  xen: {
    xen_version: '4.17.5',
    xen_commandline: 'flask=enforcing',
    virt_caps: 'pv hvm hap shadow',
    nr_cpus: '8',
    free_memory: '4096',
    total_memory: '16384',
    cpu_mhz: '2100.000',
  },
  xenFailure: '',
  dom0: {
    uid: '0',
    kernel: '6.1.0-18-amd64',
    control: '1',
    guest_type: 'PV',
    vendor: 'Dell Inc.',
    product: 'PowerEdge R640',
    cpu: 'Intel(R) Xeon(R) Gold 6230',
    clocksource: 'tsc',
    clocksources: 'tsc xen',
    'vulnerability meltdown': 'Mitigation: PTI',
    governor: 'performance',
    turbo: 'disabled',
    flask: 'Enforcing',
    cpu_vendor: 'GenuineIntel',
    tsc_flags: 'tsc constant_tsc nonstop_tsc ',
    libc: 'ldd (Debian GLIBC 2.36-9) 2.36',
    module: 'introspector_pause: 0',
    module_tool: '/usr/lib/xen-4.17/bin/flask-get-bool',
    missing: '',
    device_model_path: '/usr/libexec/xen-qemu-system-i386',
    device_model: 'there',
    hvmloader_path: '/usr/lib/xen-4.17/boot/hvmloader',
    hvmloader: 'there',
    xenconsoled: '/usr/lib/xen-4.17/bin/xenconsoled ',
    libraries: ' /usr/lib/x/libxencall.so.1  /usr/lib/x/libxenevtchn.so.1 ',
    headers: '/usr/include/xen/domctl.h',
    folder: 'there',
    free_mib: '9000',
  },
  domains: ['mail', 'my web'],
  console: `(XEN) [    1.0] Platform timer is 24.000MHz HPET
(XEN) [    1.1] Speculative mitigation facilities:
(XEN) [    1.1]   Hardware hints: RDCL_NO
(XEN) [    1.1]   Xen settings: BTI-Thunk: JMP
(XEN) [    1.1]   PV L1TF shadowing: Dom0 disabled
`,
};

/** The checks of a host that differs. */
function checks(
  dom0: Record<string, string>,
  xen: Record<string, string> = {},
  settings: HostSettings = SETTINGS,
) {
  const report = { ...GOOD, dom0: { ...GOOD.dom0, ...dom0 }, xen: { ...GOOD.xen, ...xen } };
  return new Map(checksOf(report, settings).map((check) => [check.name, check]));
}

it('of a good host finds nothing to mend, and tells what there is', () => {
  const all = checks({});
  expect([...all.values()].filter(({ ok, mend }) => !ok || mend !== undefined)).toEqual([]);
  expect(all.get('machine')?.found).toContain(
    'PowerEdge R640, Intel(R) Xeon(R) Gold 6230: hardware',
  );
  expect(all.get('time')?.found).toContain('; Platform timer is 24.000MHz HPET');
  expect(all.get('time')?.found).toContain('TSC of 2100.000 MHz, constant_tsc nonstop_tsc');
  expect(all.get('mitigations')?.found).toBe(
    'Hardware hints: RDCL_NO; Xen settings: BTI-Thunk: JMP; PV L1TF shadowing: Dom0 disabled; meltdown: Mitigation: PTI',
  );
  expect(all.get('libraries')?.found).toContain('C library: ldd (Debian GLIBC 2.36-9) 2.36');
  expect(all.get('other domains')?.found).toBe('2: mail, my web');
  expect(all.get('events')?.found).toContain('without FSGSBASE and UMIP');
  expect([...all.keys()].filter((name) => name.startsWith('skipped'))).toEqual([]);
});

it.each([
  ['Xen', {}, { xen_version: '4.21.0' }, 'boot one of these'],
  ['XSM', { flask: '' }, {}, 'CONFIG_XSM_FLASK=y'],
  ['XSM', { flask: 'Permissive' }, {}, 'boot Xen with flask=enforcing'],
  ['FLASK policy', { module: '' }, {}, 'xl loadpolicy'],
  ['virtualisation', {}, { virt_caps: 'pv' }, '--target pv'],
  ['memory', {}, { free_memory: '20' }, 'dom0_mem='],
  ['disk', { folder: '' }, {}, 'another folder'],
  ['disk', { free_mib: '100' }, {}, 'another folder'],
  ['libraries', { libraries: ' /usr/lib/x/libxencall.so.1 ' }, {}, 'libxenevtchn1'],
  ['tools', { missing: ' xl' }, {}, 'xen-utils-common'],
  ['consoles', { xenconsoled: '' }, {}, 'systemctl start xen'],
  ['toolstack', { list_failure: 'libxl_domain_info failed' }, {}, 'systemctl status xen'],
])('%s of %j %j is not well, and what mends it is said', (name, dom0, xen, mend) => {
  const found = checks(dom0, xen).get(name);
  expect(found).toMatchObject({ ok: false, mend: expect.stringContaining(mend) });
});

it('with domains of a run says what to do about them', () => {
  const report = { ...GOOD, domains: ['tv-target', 'my tv-web'] };
  const own = checksOf(report, SETTINGS).find(({ name }) => name === 'our domains');
  expect(own).toMatchObject({ ok: false, found: 'tv-target' });
  expect(own?.mend).toContain('clean --testbed lab');
});

it('names a Xen with the fix of XSA-499 and a policy of before', () => {
  const report = {
    ...GOOD,
    xen: { ...GOOD.xen, xen_version: '4.17.7' },
    dom0: {
      ...GOOD.dom0,
      domains: '',
      list_failure: 'libxl_list_domain failed: Permission denied',
    },
    console: `${GOOD.console}(XEN) avc:  denied  { getdomaininfo } for domid=0 target=32754 scontext=system_u:system_r:dom0_t tcontext=system_u:system_r:domxen_t tclass=domain\n`,
  };
  const found = checksOf(report, SETTINGS).find(({ name }) => name === 'toolstack');
  expect(found).toEqual({
    name: 'toolstack',
    ok: false,
    found: 'libxl_list_domain failed: Permission denied',
    needed: 'xl list answers',
    mend: expect.stringMatching(/XSA-499.*xl loadpolicy/),
  });
});

it('advises quiet frequencies, which hinder no run', () => {
  expect(checks({ governor: 'ondemand' }).get('frequency')).toMatchObject({
    ok: true,
    mend: expect.stringContaining('run with --tune'),
  });
});

it('tells what HVM guests are made with, or why they are not, which hinders no other run', () => {
  expect(checks({}).get('HVM guests')).toMatchObject({
    ok: true,
    found: '/usr/lib/xen-4.17/boot/hvmloader, /usr/libexec/xen-qemu-system-i386',
  });
  expect(checks({ device_model: '' }).get('HVM guests')).toMatchObject({
    ok: true,
    found: 'Dom0 lacks a device model (/usr/libexec/xen-qemu-system-i386)',
    mend: expect.stringContaining('apt-get install qemu-system-xen'),
  });
});

it("takes a host's own labels for its policy", () => {
  const own = { ...SETTINGS, labels: { target: 'a:b:c' } };
  expect(checks({ module: '' }, {}, own).get('FLASK policy')).toMatchObject({
    ok: true,
    found: expect.stringContaining('target a:b:c'),
  });
});

it('of a machine that is no Dom0 says only that', () => {
  const none = { ...GOOD, xen: undefined, xenFailure: 'xl: no hypervisor' };
  expect(checksOf(none, SETTINGS)).toEqual([
    expect.objectContaining({ name: 'Dom0', ok: false, found: 'xl: no hypervisor' }),
  ]);
});

it('tells hardware from what imitates it', () => {
  const kind = (dom0: Record<string, string>) => machineOf({ ...GOOD, dom0 });
  expect(machineOf(GOOD)).toMatchObject({ emulated: false, canCount: false });
  expect(kind({ vendor: 'QEMU', product: 'Standard PC', cpu: 'AMD EPYC' })).toMatchObject({
    emulated: true,
    canCount: false,
  });
  expect(kind({ cpu: 'QEMU Virtual CPU version 2.5+' })).toMatchObject({
    emulated: true,
    canCount: true,
  });
});

it('tells whether xenconsoled keeps logs of guests', () => {
  const logs = (xenconsoled: string) => logsConsoles({ ...GOOD, dom0: { xenconsoled } });
  expect(logs('xenconsoled --log=all --log-dir=/x ')).toBe(true);
  expect(logs('xenconsoled --log guest')).toBe(true);
  expect(logs('xenconsoled --log=hv')).toBe(false);
  expect(logs('xenconsoled')).toBe(false);
});

it('looks at this machine and leaves it as it is', async () => {
  const folder = await temporaryFolder();
  const host = new AnsweringHost();
  host.answers.set('xl', () => ({ exitCode: 1, stdout: '', stderr: 'no Xen here' }));
  const report = await lookAt(host, folder);
  expect(report).toMatchObject({ xen: undefined, xenFailure: 'no Xen here', console: '' });
  expect(report.dom0.kernel).toMatch(/^\d+\./);
  expect(Number(report.dom0.free_mib)).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual([]);
});
