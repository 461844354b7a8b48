/** What `doctor` says of a host's machine: processor, clocks, memory. */
import type { Check } from '../../fitness.ts';
import type { DomainSpec } from '../../testbed.ts';
import { roomMiB } from '../../xl/memory.ts';
import { type HostReport, machineOf } from '../facts.ts';
import { HVM_NEEDS, hvmLack } from '../hvm.ts';
import { quietCommands, type Tuning, tuningText } from '../quiet.ts';
import type { HostSettings } from '../settings.ts';
import { check } from './check.ts';

/** The domains of the smallest run, for the memory that it needs. */
const SMALLEST_RUN: readonly DomainSpec[] = [
  {
    role: 'target',
    name: 'tv-target',
    type: 'pvh',
    pages: 500,
    batch: 500,
    pageSize: '4k',
    seed: 0,
  },
  { role: 'introspector', name: 'tv-introspector' },
  { role: 'bystander', name: 'tv-bystander' },
  { role: 'unlabelled', name: 'tv-unlabelled' },
];

/** Images in our folder: Linux's kernel is the largest. */
const FOLDER_MIB = 128;

/** What the machine is, as far as it tells. */
export function machineCheck(report: HostReport): Check {
  const { emulated, canCount, description } = machineOf(report);
  const kind = canCount
    ? 'an emulated processor'
    : emulated
      ? 'a virtual machine'
      : 'hardware, as far as its firmware says';
  return check('machine', true, `${description}: ${kind}`, 'hardware, for claims in microseconds');
}

/** Whether Xen can give hardware virtualisation to guests. */
export function virtualisationCheck({ xen = {} }: HostReport): Check {
  const caps = xen.virt_caps ?? '';
  const ok = /\bhvm\b/.test(caps);
  const mend = 'switch VT-x or AMD-V on in the firmware, or use --target pv';
  const found = `${caps || 'none'}, ${xen.nr_cpus} ${xen.nr_cpus === '1' ? 'CPU' : 'CPUs'}`;
  return check('virtualisation', ok, found, 'hvm, for PVH targets', ok ? undefined : mend);
}

/** Whether HVM guests can be made; without them the rest can be measured. */
export function hvmCheck(report: HostReport): Check {
  const lacking = hvmLack(report);
  const found = lacking?.why ?? `${report.dom0.hvmloader_path}, ${report.dom0.device_model_path}`;
  return check('HVM guests', true, found, HVM_NEEDS, lacking?.mend);
}

/** Xen says what it does at boot, and its console is a ring. */
const XENS_MITIGATIONS =
  /^\s*(Hardware (hints|features):|Compiled-in support:|Xen settings:|Support for (HVM|PV) VMs:|XPTI|PV L1TF)/;

/** What Xen and Dom0 do against speculation. */
export function mitigationCheck({ dom0, console }: HostReport): Check {
  const dom0s = Object.entries(dom0)
    .filter(([name]) => name.startsWith('vulnerability '))
    .map(([name, value]) => `${name.replace('vulnerability ', '')}: ${value}`);
  const xens = linesWith(console, XENS_MITIGATIONS);
  const ofXen = xens.length > 0 ? xens : ["Xen's are not on its console (any more)"];
  return check('mitigations', true, [...ofXen, ...dom0s].join('; '), 'nothing: noted');
}

/** Flags of a counter that goes on at one rate, in Linux's names (arch/x86/include/asm/cpufeatures.h). */
const STEADY_TSC = ['constant_tsc', 'nonstop_tsc'];

/** The clocks: Dom0's, and the counter that samples are read from. */
export function timeCheck({ dom0, xen = {}, console }: HostReport): Check {
  const flags = (dom0.tsc_flags ?? '').split(' ').filter((flag) => STEADY_TSC.includes(flag));
  const found = [
    `Dom0's clocksource ${dom0.clocksource || 'unknown'} of ${dom0.clocksources || 'unknown'}`,
    `TSC of ${xen.cpu_mhz || 'unknown'} MHz, ${flags.join(' ') || 'of which Dom0 is not told that its rate is constant'}`,
    ...linesWith(console, /\bTSC\b|Platform timer/),
  ].join('; ');
  return check('time', true, found, 'a stable TSC, read without a trap (tsc_mode="native")');
}

/** Lines of Xen's console, without its prefix. */
function linesWith(console: string, pattern: RegExp): string[] {
  return console
    .split('\n')
    .map((line) => line.replace(/^\(XEN\)\s?(\[[^\]]*\]\s?)?/, ''))
    .filter((line) => pattern.test(line))
    .map((line) => line.trim());
}

/** Who chooses the processor's frequency. */
export function frequencyCheck({ dom0 }: HostReport): Check {
  const { governor = '', turbo = '' } = dom0;
  const steady = governor === '' || governor === 'performance';
  const found =
    governor === '' ? 'not scaled by Xen' : `governor ${governor}, turbo ${turbo || 'unknown'}`;
  const mend = 'for quiet figures: run with --tune';
  return check('frequency', true, found, 'nothing: noted', steady ? undefined : mend);
}

/** How the host is set, and what a run with --tune would set. */
export function settingCheck(tuning: Tuning): Check {
  const { set } = quietCommands(tuning);
  const mend = `for quiet figures, run with --tune, which sets for the run: ${set.map((argv) => argv.join(' ')).join('; ')}`;
  const found = tuningText(tuning);
  return check('settings', true, found, 'nothing: noted', set.length === 0 ? undefined : mend);
}

/** Whether Xen has memory for the smallest run, in MiB. */
export function memoryCheck({ xen = {} }: HostReport, { limits }: HostSettings): Check {
  const needed = Math.ceil(roomMiB(SMALLEST_RUN));
  const free = Number(xen.free_memory);
  const ok = free >= needed;
  return check(
    'memory',
    ok,
    `${xen.free_memory} MiB free of ${xen.total_memory}; ours at most ${limits.memoryMiB} MiB in ${limits.domains} domains`,
    `${needed} MiB free in Xen: what xl lacks it takes from Dom0`,
    ok ? undefined : 'give Dom0 less at the next boot (dom0_mem=), or end a guest',
  );
}

/** Whether the folder for ours is there and has room, in MiB. */
export function diskCheck({ dom0 }: HostReport, { folder }: HostSettings): Check {
  const there = dom0.folder === 'there';
  const told = Boolean(dom0.free_mib);
  const ok = there && (!told || Number(dom0.free_mib) >= FOLDER_MIB);
  const room = told ? `${dom0.free_mib} MiB free` : 'no word about free space';
  const found = there ? `${room} in ${folder}` : `${folder} is not there`;
  const mend = 'name another folder in testbeds.yaml';
  return check('disk', ok, found, `${FOLDER_MIB} MiB`, ok ? undefined : mend);
}
