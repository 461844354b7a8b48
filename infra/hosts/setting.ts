/** Settings of a host that a quiet run changes, and the commands that bring them to a value. */

/** Schedulers of Xen that have a rate limit. */
export const LIMITED_SCHEDULERS = ['credit', 'credit2'] as const;

/** One setting with a value. */
export type Setting =
  /** Physical CPUs that a vcpu of Dom0 runs on, as xl vcpu-list(1) prints them: must and should. */
  | { of: 'affinity'; vcpu: number; hard: string; soft: string }
  /** Microseconds that a vcpu runs at least before another one takes its place; 0: no limit. */
  | { of: 'ratelimit'; scheduler: (typeof LIMITED_SCHEDULERS)[number]; microseconds: number }
  /** Who chooses a processor's frequency (xenpm(1)). */
  | { of: 'governor'; cpu: number; governor: string }
  | { of: 'turbo'; cpu: number; enabled: boolean };

/** CPUs as xl prints and reads them. */
const CPUS = /^(all|\d+(-\d+)?(,\d+(-\d+)?)*)$/;
const GOVERNOR = /^[a-z]+$/;

/** Whether every part of it is what it can be: a journal on a host can be written by others. */
export function isSound(setting: Setting | undefined): boolean {
  switch (setting?.of) {
    case 'affinity':
      return (
        Number.isSafeInteger(setting.vcpu) && CPUS.test(setting.hard) && CPUS.test(setting.soft)
      );
    case 'ratelimit':
      return (
        LIMITED_SCHEDULERS.includes(setting.scheduler) && Number.isSafeInteger(setting.microseconds)
      );
    case 'governor':
      return Number.isSafeInteger(setting.cpu) && GOVERNOR.test(setting.governor);
    case 'turbo':
      return Number.isSafeInteger(setting.cpu) && typeof setting.enabled === 'boolean';
    default:
      return false;
  }
}

/** Whether its command tells of a failure on standard error alone: xenpm(1) ends with 0 all the same. */
export function complains({ of }: Setting): boolean {
  return of === 'governor' || of === 'turbo';
}

/** The command that sets it. */
export function setting(value: Setting): string[] {
  switch (value.of) {
    case 'affinity':
      return ['xl', 'vcpu-pin', '0', String(value.vcpu), value.hard, value.soft];
    case 'ratelimit':
      return ['xl', `sched-${value.scheduler}`, '-s', '-r', String(value.microseconds)];
    case 'governor':
      return ['xenpm', 'set-scaling-governor', String(value.cpu), value.governor];
    case 'turbo':
      return ['xenpm', `${value.enabled ? 'enable' : 'disable'}-turbo-mode`, String(value.cpu)];
  }
}

/** What is set to what, in words. */
export function settingText(value: Setting): string {
  switch (value.of) {
    case 'affinity':
      return `vcpu ${value.vcpu} of Dom0 on CPUs ${value.hard} / ${value.soft}`;
    case 'ratelimit':
      return `${value.scheduler}'s rate limit ${value.microseconds} us`;
    case 'governor':
      return `governor ${value.governor} of CPU ${value.cpu}`;
    case 'turbo':
      return `turbo of CPU ${value.cpu} ${value.enabled ? 'on' : 'off'}`;
  }
}

/** Whether both are about one thing of the host. */
export function isSameThing(a: Setting, b: Setting): boolean {
  return thingOf(a) === thingOf(b);
}

function thingOf(value: Setting): string {
  if (value.of === 'ratelimit') return `ratelimit ${value.scheduler}`;
  return `${value.of} ${value.of === 'affinity' ? value.vcpu : value.cpu}`;
}
