/**
 * `tinyvmi-bench run`: from options to a result and its report.
 */
import { createEmulatedTestbed, ensurePackages, hostMemoryMiB } from '../../../infra/index.ts';
import type { RawRunOptions } from '../../plan/options.ts';
import { domainsOf, makeSuite } from '../../plan/suite.ts';
import { runToResult } from '../session.ts';
import type { CommandContext } from './context.ts';
import { showResult } from './show.ts';

/** Runs the benchmarks. @returns the folder of their result */
export async function measureToFolder(
  raw: RawRunOptions & { out: string },
  context: CommandContext,
): Promise<string> {
  const suite = makeSuite(raw);
  const { progress, signal } = context;
  await ensurePackages(progress, signal);
  const memoryMiB = hostMemoryMiB(domainsOf(suite));
  const testbed = await createEmulatedTestbed(
    { clock: suite[0].options.clock, memoryMiB },
    progress,
  );
  return runToResult(suite, { testbed, progress, signal, runs: raw.out });
}

/** Runs the benchmarks and shows their result. @returns the exit code */
export async function runCommand(
  raw: RawRunOptions & { out: string },
  context: CommandContext,
): Promise<number> {
  return showResult(await measureToFolder(raw, context), context);
}
