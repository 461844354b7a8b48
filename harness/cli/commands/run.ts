/**
 * `tinyvmi-bench run`: from options to a result and its report.
 */
import { createEmulatedTestbed, ensurePackages, hostMemoryMiB } from '../../../infra/index.ts';
import { type RawRunOptions, resolveOptions } from '../../plan/options.ts';
import { makePlan } from '../../plan/plan.ts';
import { runToResult } from '../session.ts';
import type { CommandContext } from './context.ts';
import { showResult } from './show.ts';

/** Runs the benchmark. @returns the folder of its result */
export async function measureToFolder(
  raw: RawRunOptions & { out: string },
  context: CommandContext,
): Promise<string> {
  const plan = makePlan(resolveOptions(raw));
  const { progress, signal } = context;
  await ensurePackages(progress, signal);
  const memoryMiB = hostMemoryMiB(Object.values(plan.domains));
  const testbed = await createEmulatedTestbed({ clock: plan.options.clock, memoryMiB }, progress);
  return runToResult(plan, { testbed, progress, signal, runs: raw.out });
}

/** Runs the benchmark and shows its result. @returns the exit code */
export async function runCommand(
  raw: RawRunOptions & { out: string },
  context: CommandContext,
): Promise<number> {
  return showResult(await measureToFolder(raw, context), context);
}
