/**
 * The emulated Dom0 as a plain ssh host: an entry of testbeds.yaml that reaches it by an ssh
 * configuration alone, and all of it that a run could change.
 */
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import type { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { lookAtTuning } from '../../infra/hosts/quiet.ts';
import { listDomains } from '../../infra/xl/list.ts';

/** Scheduler of the emulated Xen. */
export const SCHEDULER = 'credit2';

/** An entry of testbeds.yaml; `more` are further lines of it. */
export function hostEntry(host: EmulatedTestbed, name: string, more = ''): string {
  return `  ${name}:\n    address: ssh:${HOST_ALIAS}\n    ssh-config: ${host.sshConfig}\n    folder: /tmp\n    clock: counted\n${more}`;
}

/** Its domains, its settings, and every folder that a run may write to. */
export async function stateOf(host: EmulatedTestbed) {
  const script = 'find /tmp /var /root /etc /images -type f | grep -v "/var/log/xen/xl-" | sort';
  const { stdout } = await host.run(['sh', '-c', script]);
  const store = await host.run(['xenstore-ls', '-f', '/local/domain']);
  const { settings } = await lookAtTuning(host, SCHEDULER);
  const domains = (await listDomains(host)).map(({ seconds: _, ...domain }) => domain);
  return { files: stdout, domains, store: store.stdout, settings };
}
