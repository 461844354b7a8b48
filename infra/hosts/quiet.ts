/**
 * What makes figures of a host noisy and can be set: which CPUs Dom0 runs on, how soon the scheduler lets
 * one vcpu follow another, and who chooses the frequency. Reading changes nothing; a run sets it only when
 * asked to, and the journal sets it again.
 */
import { UserError } from '../errors.ts';
import type { DomainSpec } from '../testbed.ts';
import { mustRun } from '../xl/commands.ts';
import type { Journal } from './journal.ts';
import {
  complains,
  isSameThing,
  LIMITED_SCHEDULERS,
  type Setting,
  setting,
  settingText,
} from './setting.ts';
import type { Commands } from './undo.ts';

/** What a host is set to. */
export interface Tuning {
  settings: Setting[];
  /** What this host has no such setting of, with its own words. */
  unavailable: { what: string; reason: string }[];
  /** CPUs of Dom0's pool, in their order. */
  cpus: number[];
}

/** What a command says, whichever way it says it. */
interface Said {
  stdout: string;
  stderr: string;
}

const VCPU = /^Domain-0\s+0\s+(\d+)\s+(\d+)\s+\S+\s+[\d.]+\s+(\S+)\s+\/\s+(\S+)\s*$/;

/** Reads `xl vcpu-list 0`: vcpus that are offline are left out. */
export function parseAffinities(text: string): Setting[] {
  return text.split('\n').flatMap((line): Setting[] => {
    const [, vcpu, , hard, soft] = VCPU.exec(line) ?? [];
    if (vcpu === undefined || hard === undefined || soft === undefined) return [];
    return [{ of: 'affinity', vcpu: Number(vcpu), hard, soft }];
  });
}

/** Reads `xl cpupool-list -c`: CPUs of the pool that Dom0 is in. */
export function parsePool(text: string): number[] {
  const [, list = ''] = /^Pool-0\s+([\d,]+)\s*$/m.exec(text) ?? [];
  return list
    .split(',')
    .filter((cpu) => cpu !== '')
    .map(Number);
}

/** Reads `xl sched-credit2 -s` or `xl sched-credit -s`. */
export function parseRateLimit(text: string): number | undefined {
  const [, microseconds] = /^Cpupool Pool-0:.*\bratelimit=(\d+)us/m.exec(text) ?? [];
  return microseconds === undefined ? undefined : Number(microseconds);
}

/** Reads `xenpm get-cpufreq-para`. "disabled or n/a" is no setting: nobody could tell which. */
export function parseFrequencies(text: string): Setting[] {
  const parts = text.split(/^cpu id\s+: /m).slice(1);
  return parts.flatMap((part): Setting[] => {
    const cpu = Number(part.split('\n', 1)[0]);
    const [, governor] = /^current_governor\s+: (\S+)/m.exec(part) ?? [];
    const turbo = /^turbo mode\s+: enabled/m.test(part);
    return [
      ...(governor === undefined ? [] : [{ of: 'governor' as const, cpu, governor }]),
      ...(turbo ? [{ of: 'turbo' as const, cpu, enabled: true }] : []),
    ];
  });
}

/** The first line that is about something. */
function firstWords({ stderr, stdout }: Said): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '') ?? 'nothing';
}

/** Looks how a host is set. @param scheduler Xen's, as `xl info` names it */
export async function lookAtTuning(host: Commands, scheduler: string): Promise<Tuning> {
  const unavailable: Tuning['unavailable'] = [];
  const { stdout: vcpus } = await mustRun(host, "list Dom0's vcpus", ['xl', 'vcpu-list', '0']);
  const { stdout: pools } = await mustRun(host, 'list CPUs', ['xl', 'cpupool-list', '-c']);
  const settings = parseAffinities(vcpus);

  const known = LIMITED_SCHEDULERS.find((name) => name === scheduler);
  if (known === undefined) {
    unavailable.push({ what: 'rate limit', reason: `scheduler ${scheduler} has none` });
  } else {
    const said = await host.run(['xl', `sched-${known}`, '-s']);
    const microseconds = parseRateLimit(said.stdout);
    if (microseconds === undefined) {
      unavailable.push({ what: 'rate limit', reason: `xl says: ${firstWords(said)}` });
    } else settings.push({ of: 'ratelimit', scheduler: known, microseconds });
  }

  const said = await host.run(['xenpm', 'get-cpufreq-para']);
  const frequencies = parseFrequencies(said.stdout);
  if (frequencies.length === 0) {
    unavailable.push({ what: 'frequency', reason: `xenpm says: ${firstWords(said)}` });
  }
  settings.push(...frequencies);
  return { settings, unavailable, cpus: parsePool(pools) };
}

/** The CPUs of a pool that are left to domains of ours: the last two, of two CPUs one, of one none. */
function ourCpus(cpus: readonly number[]): readonly number[] {
  return cpus.slice(Math.max(1, cpus.length - 2));
}

/**
 * The values that make a host quiet, of those settings that have another one: each vcpu of Dom0 on one of
 * the CPUs that our domains do not use, a vcpu that wakes up waits for none, the highest frequency that is
 * not turbo.
 */
export function quieter({ settings, cpus }: Tuning): Setting[] {
  const its = cpus.slice(0, cpus.length - ourCpus(cpus).length);
  return settings.flatMap((now): Setting[] => {
    switch (now.of) {
      case 'affinity': {
        const cpu = String(its[now.vcpu % its.length] ?? now.vcpu);
        // The owner's own choice of CPUs stays.
        return now.hard === 'all' ? [{ ...now, hard: cpu }] : [];
      }
      case 'ratelimit':
        return now.microseconds === 0 ? [] : [{ ...now, microseconds: 0 }];
      case 'governor':
        return now.governor === 'performance' ? [] : [{ ...now, governor: 'performance' }];
      case 'turbo':
        return now.enabled ? [{ ...now, enabled: false }] : [];
      default:
        return [];
    }
  });
}

/**
 * The CPU of a domain of ours on a quiet host: an introspector on the last of the pool, a target of one
 * vcpu on the one before, where Dom0 has others. Undefined: wherever the scheduler likes.
 */
export function quietCpu(spec: DomainSpec, cpus: readonly number[]): string | undefined {
  const ours = ourCpus(cpus);
  const isTarget = spec.role === 'target';
  if (isTarget && (spec.vcpus ?? 1) > 1) return undefined;
  return (isTarget ? ours.at(0) : ours.at(-1))?.toString();
}

/** How a host is set, in one line. */
export function tuningText({ settings, unavailable }: Tuning): string {
  return [
    ...settings.map(settingText),
    ...unavailable.map(({ what, reason }) => `${what} not available: ${reason}`),
  ].join('; ');
}

/** The commands of a quiet run: those that set, and those that set again what was before. */
export function quietCommands(tuning: Tuning): { set: string[][]; restore: string[][] } {
  const wanted = quieter(tuning);
  return {
    set: wanted.map(setting),
    restore: wanted.map((value) => setting(valueBefore(tuning, value))).reverse(),
  };
}

function valueBefore({ settings }: Tuning, value: Setting): Setting {
  const before = settings.find((other) => isSameThing(other, value));
  if (before === undefined) throw new Error(`${settingText(value)} was not read before`);
  return before;
}

/**
 * Makes a host quiet, each setting written down before with its value until now.
 * @throws UserError when the host does not take one
 */
export async function makeQuiet(host: Commands, journal: Journal, tuning: Tuning): Promise<void> {
  for (const value of quieter(tuning)) {
    await journal.add({ kind: 'setting', before: valueBefore(tuning, value) });
    const { stderr } = await mustRun(host, `set ${settingText(value)}`, setting(value));
    if (complains(value) && stderr.trim() !== '') {
      throw new UserError(`cannot set ${settingText(value)}: ${stderr.trim()}`, {
        advice: 'run without --tune, and set what can be set by hand',
      });
    }
  }
}
