/** What disturbed a measurement: what a host's counters say from its begin to its end. */
import type { HostLoad } from '../../infra/testbed.ts';
import type { RunState } from './state.ts';

/** What is less than this, in percent of a CPU's time, is nothing to warn of. */
const QUIET_PERCENT = 1;

/** Noise in words. */
export interface Noise {
  /** All of it, for the manifest. */
  fact: string;
  /** What a reader should know, each with what helps. */
  warnings: string[];
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}

/** What happened between two readings. @param tuned whether the host was made quiet for the run */
export function noiseBetween(before: HostLoad, after: HostLoad, tuned: boolean): Noise {
  const seconds = after.seconds - before.seconds;
  const share = (amount: number) => (seconds > 0 ? (100 * amount) / seconds : 0);
  const domains = Object.entries(after.others)
    .map(([name, ran]): [string, number] => [name, share(ran - (before.others[name] ?? 0))])
    .filter(([, part]) => part > 0)
    .sort(([, a], [, b]) => b - a);
  const others = domains.reduce((sum, [, part]) => sum + part, 0);
  const steal = share(after.stealSeconds - before.stealSeconds);
  const slow =
    after.slowSeconds === null || before.slowSeconds === null
      ? null
      : share(after.slowSeconds - before.slowSeconds);
  const hot = Math.max(0, after.hot - before.hot);
  const gone = Object.keys(before.others).filter((name) => !(name in after.others));
  const named = domains.map(([name, part]) => `${name} ${percent(part)}`).join(', ');
  return {
    fact: [
      `in ${seconds.toFixed(0)} s: other domains ran ${percent(others)} of a CPU${named === '' ? '' : ` (${named})`}`,
      `Dom0 waited ${percent(steal)} for one`,
      slow === null
        ? 'frequency not scaled by Xen'
        : `${percent(slow)} below the fastest frequency`,
      `${hot} times too hot`,
      ...(gone.length === 0 ? [] : [`ended meanwhile: ${gone.join(', ')}`]),
    ].join('; '),
    warnings: [
      ...(others < QUIET_PERCENT
        ? []
        : [
            `Other domains of the host ran ${percent(others)} of a CPU meanwhile (${named}): pause them, or measure while they rest.`,
          ]),
      ...(gone.length === 0
        ? []
        : [
            `Domains of the host ended meanwhile, and how long they ran before is not known (${gone.join(', ')}): measure while none starts or ends.`,
          ]),
      ...(steal < QUIET_PERCENT
        ? []
        : [
            `Dom0 waited ${percent(steal)} of the time for a CPU: ${tuned ? 'it has more vcpus than CPUs, or something else runs on them (xl vcpu-list shows which): give it fewer (dom0_max_vcpus), or that others.' : 'with --tune our domains leave it CPUs of its own, where there are several.'}`,
          ]),
      ...(slow === null || slow < QUIET_PERCENT
        ? []
        : [
            `CPUs were below their fastest frequency for ${percent(slow)} of a CPU's time: ${tuned ? "look at the firmware's limits of power." : '--tune sets the governor.'}`,
          ]),
      ...(hot === 0
        ? []
        : ['A processor was too hot and ran slower (Xen says so): cool it, and run again.']),
    ],
  };
}

/** The counters of the host now; undefined where nothing else runs. */
export async function hostLoad(run: RunState): Promise<HostLoad | undefined> {
  const { load } = run.context.testbed;
  return load === undefined ? undefined : run.wait(load.call(run.context.testbed));
}

/** Notes what disturbed the host since a reading. */
export async function noteNoise(run: RunState, before: HostLoad | undefined): Promise<void> {
  const after = before === undefined ? undefined : await hostLoad(run);
  if (before === undefined || after === undefined) return;
  const facts = run.facts.capabilities?.facts;
  const { fact, warnings } = noiseBetween(before, after, facts?.tuned === 'yes');
  if (facts !== undefined) facts.noise = fact;
  for (const text of warnings) run.context.progress.warn(text);
  run.facts.warnings.push(...warnings);
}
