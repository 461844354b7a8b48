/** What else uses a host's processors, counted: two readings tell what disturbed the time between. */
import type { HostLoad } from '../testbed.ts';
import { mustRun } from '../xl/commands.ts';
import { NAME_PREFIX } from '../xl/config.ts';
import { listDomains, type TimedDomain } from '../xl/list.ts';
import type { Commands } from './undo.ts';

/** Units of /proc/stat a second (proc(5), USER_HZ). */
const USER_HZ = 100;
/** What Xen says of a processor that is too hot (xen/arch/x86/cpu/mcheck/mce_intel.c). */
const HOT = /CPU\d+: Temperature above threshold/g;

/** Seconds that each domain ran which is neither Dom0 nor ours, by name and id. */
export function othersOf(domains: readonly TimedDomain[]): Record<string, number> {
  const others = domains.filter(({ domid, name }) => domid !== 0 && !name.startsWith(NAME_PREFIX));
  return Object.fromEntries(
    others.map(({ name, domid, seconds }) => [`${name} (id ${domid})`, seconds]),
  );
}

/** Reads /proc/stat (proc(5)): seconds that Dom0's vcpus were ready and did not run. */
export function parseSteal(text: string): number {
  const [, ...fields] = /^cpu .*$/m.exec(text)?.[0].split(/\s+/) ?? [];
  return Number(fields[7] ?? 0) / USER_HZ;
}

/**
 * Reads `xenpm get-cpufreq-states`: seconds that all CPUs together spent in any state but the fastest.
 * @returns null when Xen scales no frequency
 */
export function parseSlow(text: string): number | null {
  const parts = text.split(/^cpu id\s+: /m).slice(1);
  if (parts.length === 0) return null;
  const slow = parts.flatMap((part) =>
    [...part.matchAll(/^\*?P(\d+)\s[\s\S]*?residency\s+\[\s*(\d+) ms\]/gm)].map(([, state, ms]) =>
      state === '0' ? 0 : Number(ms),
    ),
  );
  return slow.reduce((sum, ms) => sum + ms, 0) / 1000;
}

/** Reads the counters of a host. */
export async function loadOf(host: Commands): Promise<HostLoad> {
  const clock = await mustRun(host, "read Dom0's clock", ['cat', '/proc/uptime', '/proc/stat']);
  const domains = await listDomains(host);
  const states = await host.run(['xenpm', 'get-cpufreq-states']);
  const console = await host.run(['xl', 'dmesg']);
  return {
    seconds: Number(clock.stdout.split(' ', 1)[0]),
    others: othersOf(domains),
    stealSeconds: parseSteal(clock.stdout),
    slowSeconds: parseSlow(states.stdout),
    hot: console.stdout.match(HOT)?.length ?? 0,
  };
}
