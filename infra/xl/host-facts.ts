/** What a running Xen host says of itself. */
import type { Capabilities } from '../testbed.ts';
import { type CommandHost, mustRun } from './commands.ts';

/** The part of the capabilities that every Xen host can tell by itself. */
export type HostFacts = Pick<Capabilities, 'xen' | 'dom0' | 'cpus' | 'memory'> & {
  facts: Record<string, string>;
};

const MIB = 2 ** 20;

/** Each line `name=value` of its output is a fact; what a host does not have is empty. */
const ASK = `
for folder in /usr/lib/xen-*/bin; do PATH=$PATH:$folder; done
echo "kernel=$(uname -r)"
echo "guest_type=$(cat /sys/hypervisor/guest_type 2>/dev/null)"
echo "clocksource=$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
echo "flask=$(xl getenforce 2>/dev/null)"
`;

/** Asks the host. */
export async function hostFacts(host: CommandHost): Promise<HostFacts> {
  const info = parsePairs(
    (await mustRun(host, 'ask Xen about itself', ['xl', 'info'])).stdout,
    ':',
  );
  const dom0 = parsePairs(
    (await mustRun(host, 'ask Dom0 about itself', ['sh', '-c', ASK])).stdout,
    '=',
  );
  const flask = dom0.flask?.toLowerCase();
  return {
    xen: {
      version: info.xen_version ?? '',
      commandLine: info.xen_commandline ?? '',
      flask: flask === 'enforcing' || flask === 'permissive' ? flask : 'absent',
    },
    dom0: { kernel: dom0.kernel ?? '', mode: dom0.guest_type === 'PVH' ? 'pvh' : 'pv' },
    cpus: Number(info.nr_cpus),
    memory: Number(info.total_memory) * MIB,
    facts: {
      'dom0 clocksource': dom0.clocksource ?? '',
      'xen scheduler': info.xen_scheduler ?? '',
      'xen virtualisation': info.virt_caps ?? '',
      'xen compiler': info.cc_compiler ?? '',
      'cpu MHz': info.cpu_mhz ?? '',
    },
  };
}

/** Lines `name <separator> value` as an object; other lines are left out. */
export function parsePairs(text: string, separator: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf(separator);
    if (at > 0) pairs[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return pairs;
}
