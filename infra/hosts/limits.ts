/** What we may take of a host, looked at before anything is created there. */
import { UserError } from '../errors.ts';
import type { DomainSpec } from '../testbed.ts';
import { memoryMiB } from '../xl/config.ts';
import { roomMiB } from '../xl/memory.ts';
import type { HostLimits } from './settings.ts';

/**
 * @param domains all that will exist at once
 * @param freeMiB memory that Xen has left; a toolstack that finds too little takes it from Dom0
 * @throws UserError that names the limit, or what is missing
 */
export function demandRoom(
  domains: readonly DomainSpec[],
  limits: HostLimits,
  freeMiB: number,
): void {
  if (domains.length > limits.domains) {
    throw new UserError(
      `this run has ${domains.length} domains at once, and the host's limit is ${limits.domains}`,
      {
        kind: 'usage',
        advice: 'ask for fewer benchmarks, or raise limits.domains in testbeds.yaml',
      },
    );
  }
  const wanted = domains.reduce((sum, spec) => sum + memoryMiB(spec), 0);
  if (wanted > limits.memoryMiB) {
    throw new UserError(
      `the domains of this run take ${wanted} MiB, and the host's limit is ${limits.memoryMiB} MiB`,
      {
        kind: 'usage',
        advice: 'ask for fewer pages or benchmarks, or raise limits.memory-mib in testbeds.yaml',
      },
    );
  }
  const room = Math.ceil(roomMiB(domains));
  if (!(room <= freeMiB)) {
    throw new UserError(
      `the domains of this run need ${room} MiB, and Xen has ${freeMiB} MiB free: xl would take the rest from Dom0`,
      {
        kind: 'skipped',
        advice:
          'free memory (xl info, free_memory), or give Dom0 less (dom0_mem=) at the next boot',
      },
    );
  }
}
