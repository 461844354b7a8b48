/** What a host can do, and what will be skipped there and why. Looks only. */
import { Cache } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import type { Check } from '../doctor.ts';
import { UserError } from '../errors.ts';
import { BRING_IMAGES, imagesAreCached } from '../images/cached.ts';
import { findLibvmi, WITHOUT_LIBVMI } from '../images/libvmi.ts';
import { MACHINE_PACKAGES, missingPackages } from '../packages.ts';
import { canTie, TIES_NEEDED } from '../process/death.ts';
import type { DomainSpec, Progress } from '../testbed.ts';
import { roomMiB } from '../xl/memory.ts';
import { isSpoken, SPOKEN_SERIES } from '../xl/series.ts';
import { type HostReport, LIBRARIES, logsConsoles, lookAt, machineOf } from './facts.ts';
import { HVM_NEEDS, hvmLack } from './hvm.ts';
import { journalsOf } from './journal.ts';
import { hasModule } from './policy.ts';
import { lookAtTuning, quietCommands, type Tuning, tuningText } from './quiet.ts';
import { reach } from './reach.ts';
import { type HostSettings, placeOf } from './settings.ts';

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

/** Nothing is built by looking. */
const UNHEARD: Progress = {
  step: () => undefined,
  detail: () => undefined,
  done: () => undefined,
  warn: () => undefined,
};

/**
 * Looks at a host.
 * @throws UserError when it cannot be reached
 */
export async function examineHost(settings: HostSettings, signal?: AbortSignal): Promise<Check[]> {
  const { host, close } = await reach(settings.reach, signal);
  try {
    const report = await lookAt(host, settings.folder);
    const checks = checksOf(report, settings);
    const scheduler = report.xen?.xen_scheduler;
    const quiet =
      scheduler === undefined ? [] : [settingCheck(await lookAtTuning(host, scheduler))];
    const here = settings.reach.kind === 'local' ? [tieCheck(await canTie(host))] : [];
    return [
      ...checks,
      ...here,
      await imageCheck(settings),
      ...quiet,
      ...(await libvmiSkip()),
      await leftovers(settings),
    ];
  } finally {
    await close();
  }
}

/** The checks of what was read. */
export function checksOf(report: HostReport, settings: HostSettings): Check[] {
  if (report.xen === undefined || report.dom0.control !== '1') return [dom0Check(report)];
  return [
    dom0Check(report),
    xenCheck(report),
    xsmCheck(report),
    policyCheck(report, settings),
    machineCheck(report),
    virtualisationCheck(report),
    hvmCheck(report),
    mitigationCheck(report),
    timeCheck(report),
    frequencyCheck(report),
    memoryCheck(report, settings),
    diskCheck(report, settings),
    libraryCheck(report),
    toolCheck(report),
    consoleCheck(report),
    neighbourCheck(report),
    ...skips(report),
  ];
}

/** A check, with what mends it where it is not well, or where `advice` is worth knowing anyway. */
function check(name: string, ok: boolean, found: string, needed: string, mend?: string): Check {
  return { name, ok, found, needed, ...(mend === undefined ? {} : { mend }) };
}

function dom0Check({ dom0, xen, xenFailure }: HostReport): Check {
  const ok = xen !== undefined && dom0.control === '1' && dom0.uid === '0';
  const mode = dom0.guest_type || 'unknown mode';
  const found = ok ? `${mode}, Linux ${dom0.kernel}` : xenFailure || `user id ${dom0.uid}`;
  const why = dom0.uid === '0' ? 'boot this machine under Xen' : 'reach it as root';
  return check('Dom0', ok, found, 'root in the Dom0 of a Xen host', ok ? undefined : why);
}

function xenCheck({ xen = {} }: HostReport): Check {
  const ok = isSpoken(xen.xen_version);
  const found = `${xen.xen_version}, command line: ${xen.xen_commandline || 'none'}`;
  const spoken = SPOKEN_SERIES.join(', ');
  const mend = `boot one of these: the introspectors do not speak another one's versioned interfaces`;
  return check('Xen', ok, found, spoken, ok ? undefined : mend);
}

function xsmCheck({ dom0 }: HostReport): Check {
  const mode = dom0.flask?.toLowerCase() ?? '';
  const needed = 'FLASK, enforcing: a run proves what the introspector may not do';
  if (mode === 'enforcing') return check('XSM', true, 'FLASK, enforcing', needed);
  if (mode === 'permissive') {
    return check('XSM', false, 'FLASK, permissive', needed, 'boot Xen with flask=enforcing');
  }
  const found = dom0.flask_tool ? 'absent, or disabled' : 'unknown: flask-getenforce is missing';
  const mend =
    'boot a Xen with CONFIG_XSM=y, CONFIG_XSM_FLASK=y and flask=enforcing; or, without its proofs, run with --privilege set-target (docs/real-hosts.md)';
  return check('XSM', false, found, needed, mend);
}

function policyCheck(report: HostReport, { labels, policy }: HostSettings): Check {
  const name = 'FLASK policy';
  const needed = 'the types of infra/policy/tinyvmi.te';
  const own = Object.entries(labels).map(([role, label]) => `${role} ${label}`);
  if (own.length > 0) {
    return check(name, true, `labels of testbeds.yaml, not looked at: ${own.join(', ')}`, needed);
  }
  const has = hasModule(report);
  if (has) return check(name, true, 'has the module tinyvmi', needed);
  const found = has === false ? 'lacks the module tinyvmi' : 'unknown: flask-get-bool is missing';
  if (policy !== undefined) {
    const how = `${found}; ${policy.with} has it, for runs with --allow-policy-load`;
    return check(name, true, how, needed);
  }
  const mend =
    'add infra/policy/tinyvmi.te to the policy, then: xl loadpolicy <policy> (docs/real-hosts.md)';
  return check(name, false, found, needed, mend);
}

function machineCheck(report: HostReport): Check {
  const { emulated, canCount, description } = machineOf(report);
  const kind = canCount
    ? 'an emulated processor'
    : emulated
      ? 'a virtual machine'
      : 'hardware, as far as its firmware says';
  return check('machine', true, `${description}: ${kind}`, 'hardware, for claims in microseconds');
}

function virtualisationCheck({ xen = {} }: HostReport): Check {
  const caps = xen.virt_caps ?? '';
  const ok = /\bhvm\b/.test(caps);
  const mend = 'switch VT-x or AMD-V on in the firmware, or use --target pv';
  const found = `${caps || 'none'}, ${xen.nr_cpus} ${xen.nr_cpus === '1' ? 'CPU' : 'CPUs'}`;
  return check('virtualisation', ok, found, 'hvm, for PVH targets', ok ? undefined : mend);
}

/** Without it the rest can be measured. */
function hvmCheck(report: HostReport): Check {
  const lacking = hvmLack(report);
  const found = lacking?.why ?? `${report.dom0.hvmloader_path}, ${report.dom0.device_model_path}`;
  return check('HVM guests', true, found, HVM_NEEDS, lacking?.mend);
}

function mitigationCheck({ dom0, console }: HostReport): Check {
  const dom0s = Object.entries(dom0)
    .filter(([name]) => name.startsWith('vulnerability '))
    .map(([name, value]) => `${name.replace('vulnerability ', '')}: ${value}`);
  const xens = linesWith(
    console,
    /Speculative mitigation|Support for HVM VMs|Support for PV VMs|XPTI/,
  );
  return check('mitigations', true, [...xens, ...dom0s].join('; ') || 'not told', 'nothing: noted');
}

function timeCheck({ dom0, console }: HostReport): Check {
  const tsc = linesWith(console, /TSC|Platform timer/);
  const found = `Dom0's clocksource ${dom0.clocksource || 'unknown'} of ${dom0.clocksources || 'unknown'}${tsc.map((line) => `; ${line}`).join('')}`;
  return check('time', true, found, 'a stable TSC, read without a trap (tsc_mode="native")');
}

/** Lines of Xen's console, without its prefix. */
function linesWith(console: string, pattern: RegExp): string[] {
  return console
    .split('\n')
    .filter((line) => pattern.test(line))
    .map((line) => line.replace(/^\(XEN\)\s*(\[[^\]]*\]\s*)?/, '').trim());
}

function frequencyCheck({ dom0 }: HostReport): Check {
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

function memoryCheck({ xen = {} }: HostReport, { limits }: HostSettings): Check {
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

function diskCheck({ dom0 }: HostReport, { folder }: HostSettings): Check {
  const there = dom0.folder === 'there';
  const told = Boolean(dom0.free_mib);
  const ok = there && (!told || Number(dom0.free_mib) >= FOLDER_MIB);
  const room = told ? `${dom0.free_mib} MiB free` : 'no word about free space';
  const found = there ? `${room} in ${folder}` : `${folder} is not there`;
  const mend = 'name another folder in testbeds.yaml';
  return check('disk', ok, found, `${FOLDER_MIB} MiB`, ok ? undefined : mend);
}

function libraryCheck({ dom0 }: HostReport): Check {
  const { libraries = '' } = dom0;
  const ok = LIBRARIES.every((name) => libraries.includes(`/${name}`));
  const headers = dom0.headers
    ? `; headers: ${dom0.headers}`
    : '; no headers, which only builds need';
  const found = `${libraries.trim() || 'none'}${headers}`;
  const mend = "install Xen's libraries (Debian: apt-get install libxencall1 libxenevtchn1)";
  return check('libraries', ok, found, LIBRARIES.join(', '), ok ? undefined : mend);
}

function toolCheck({ dom0 }: HostReport): Check {
  const missing = dom0.missing ?? '';
  const mend = "install Xen's tools (Debian: apt-get install xen-utils-common xenstore-utils)";
  return missing === ''
    ? check('tools', true, 'all there', 'xl and the xenstore commands')
    : check('tools', false, `missing: ${missing}`, 'xl and the xenstore commands', mend);
}

/** What a command in Dom0 itself needs besides. */
function tieCheck(ok: boolean): Check {
  const found = ok ? 'setpriv ties what a run starts to it' : 'setpriv knows no --pdeathsig';
  const needed = "util-linux's setpriv: what a run starts ends with it";
  return check('children', ok, found, needed, ok ? undefined : TIES_NEEDED);
}

/** Whether this machine has the images, or can make them. */
async function imageCheck({ reach }: HostSettings): Promise<Check> {
  const root = cacheRoot();
  const needed = "the introspectors and the target's kernel";
  if (await imagesAreCached(new Cache(root, UNHEARD), UNHEARD)) {
    return check('images', true, `in ${root}`, needed);
  }
  const missing = await missingForImages();
  const ok = missing === undefined || reach.kind !== 'local';
  const found = `not in ${root} yet: they are built here${missing === undefined ? '' : `, which needs ${missing}`}`;
  return check('images', ok, found, needed, ok ? undefined : BRING_IMAGES);
}

/** What this machine lacks to build them; undefined: nothing. */
async function missingForImages(): Promise<string | undefined> {
  try {
    const wanted = MACHINE_PACKAGES.filter(({ emulation }) => !emulation);
    const missing = (await missingPackages(wanted)).map(({ name }) => name);
    return missing.length === 0 ? undefined : missing.join(', ');
  } catch (error) {
    if (error instanceof UserError) return 'a Debian 12';
    throw error;
  }
}

function consoleCheck(report: HostReport): Check {
  const ok = Boolean(report.dom0.xenconsoled);
  const how = logsConsoles(report) ? 'read from its logs' : 'read by xl console';
  const found = ok ? `xenconsoled runs: ${how}` : 'xenconsoled does not run';
  const mend = "start Xen's services (Debian: systemctl start xen)";
  return check('consoles', ok, found, 'xenconsoled', ok ? undefined : mend);
}

function neighbourCheck({ dom0 }: HostReport): Check {
  const others = (dom0.domains ?? '').split(' ').filter((name) => name !== 'Domain-0' && name);
  const found = others.length === 0 ? 'none' : `${others.length}: ${others.join(', ')}`;
  return check('other domains', true, found, 'none, for quiet figures: they are left alone');
}

function skipped(what: string, why: string): Check {
  return check(`skipped: ${what}`, true, why, 'nothing: the rest is measured');
}

/** The arm with upstream LibVMI is built where the command runs, and brings its libraries. */
async function libvmiSkip(): Promise<Check[]> {
  return (await findLibvmi()) === undefined ? [skipped('arm dom0-libvmi', WITHOUT_LIBVMI)] : [];
}

/** What a run will leave out here. */
function skips({ console }: HostReport): Check[] {
  return [
    ...(/\bVMX:/.test(console)
      ? []
      : [skipped('single-step and memory-access events', 'Xen offers them with VMX only')]),
  ];
}

async function leftovers({ reach, name }: HostSettings): Promise<Check> {
  const all = await journalsOf(placeOf(reach));
  const over = all.filter(({ running }) => !running);
  const found = over.length === 0 ? 'none' : `${over.length} journals of runs that are over`;
  const mend = over.length === 0 ? undefined : `tinyvmi-bench clean --testbed ${name}`;
  return check('leftovers', true, found, 'nothing: they only take room', mend);
}
