/**
 * The host's probe, for benchmarks that cannot do without.
 */
import type { Probe } from '../../infra/testbed.ts';
import type { RunState } from './state.ts';

/** The probe; where the host has none, that the benchmark is skipped is noted. */
export function probeFor({ context, facts }: RunState, benchmark: string): Probe | undefined {
  const { probe } = context.testbed.xen;
  if (probe === undefined) {
    facts.skipped.push({
      what: `benchmark ${benchmark}`,
      reason: 'this host has no program in Dom0 that reads its clock and memory',
    });
  }
  return probe;
}
