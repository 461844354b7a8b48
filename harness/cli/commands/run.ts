/**
 * `tinyvmi-bench run`: from options to a result and its report.
 */
import { createEmulatedTestbed, ensurePackages, hostMemoryMiB } from '../../../infra/index.ts';
import type { ClockMode } from '../../../infra/testbed.ts';
import type { RawRunOptions } from '../../plan/options.ts';
import { domainsOf, makeSuite } from '../../plan/suite.ts';
import { runToResult } from '../session.ts';
import type { CommandContext } from './context.ts';
import { showResult } from './show.ts';

/** CPUs of the emulated host. Counted time has one; in wall time guest and introspector run side by side. */
const CPUS: Readonly<Record<ClockMode, number>> = { counted: 1, wall: 2 };

/** Runs the benchmarks. @returns the exit code */
export async function runCommand(
  raw: RawRunOptions & { out: string },
  context: CommandContext,
): Promise<number> {
  const suite = makeSuite(raw);
  const { progress, signal } = context;
  await ensurePackages(progress, signal);
  const memoryMiB = hostMemoryMiB(domainsOf(suite));
  const { clock } = suite[0].options;
  const testbed = await createEmulatedTestbed({ clock, cpus: CPUS[clock], memoryMiB }, progress);
  const folder = await runToResult(suite, { testbed, progress, signal, runs: raw.out });
  return showResult(folder, context);
}
