/**
 * `tinyvmi-bench clean`: removes what ended runs left behind. Results stay.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { cleanCache, cleanLeftovers } from '../../../infra/index.ts';
import { removeCampaigns } from '../../../results/campaign/leftover.ts';
import { removeAbandoned } from '../../../results/store/partial.ts';
import type { CommandContext } from './context.ts';

/** Removes it, and says what was removed. @returns the exit code */
export async function cleanCommand(
  options: { cache: boolean; campaigns: boolean; out: string },
  { stdout, json }: CommandContext,
): Promise<number> {
  const removed = [
    ...(await cleanLeftovers()),
    ...(await removeAbandoned(options.out)),
    ...(options.campaigns ? await removeCampaigns(options.out) : []),
    ...(options.cache ? await cleanCache() : []),
  ];
  if (json) stdout.write(`${JSON.stringify({ status: 'success', removed }, null, 2)}\n`);
  else if (removed.length === 0) stdout.write('Nothing to remove.\n');
  else for (const what of removed) stdout.write(`removed ${what}\n`);
  return EXIT_CODES.success;
}
