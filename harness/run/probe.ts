/**
 * The host's probe, for benchmarks that cannot do without.
 */
import type { Probe } from '../../infra/testbed.ts';
import type { RunState } from './state.ts';

/** The probe, for a plan that says that it needs one: on a host without it that is not run. */
export function probeFor({ context }: RunState): Probe {
  const { probe } = context.testbed.xen;
  if (probe === undefined) throw new Error('a plan that needs the probe, on a host without one');
  return probe;
}
