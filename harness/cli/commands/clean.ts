/**
 * `tinyvmi-bench clean`: removes what ended runs left behind. Results stay.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import {
  chooseHost,
  cleanCache,
  cleanHost,
  cleanLeftovers,
  unclearLeftovers,
} from '../../../infra/index.ts';
import { EMULATED } from '../../../infra/testbed.ts';
import { removeCampaigns } from '../../../results/campaign/leftover.ts';
import { findUnfinished, removeAbandoned } from '../../../results/store/partial.ts';
import { usage } from '../../plan/values.ts';
import type { CommandContext } from './context.ts';

/** Options of `clean`. */
export interface CleanOptions {
  cache: boolean;
  campaigns: boolean;
  out: string;
  testbed?: string;
  testbeds?: string;
  journal?: string;
  dryRun?: boolean;
}

/** Removes it, and says what was removed. @returns the exit code */
export async function cleanCommand(
  options: CleanOptions,
  context: CommandContext,
): Promise<number> {
  const place = await chooseHost(options.testbed ?? EMULATED, options.testbeds);
  if (place !== EMULATED) {
    for (const [option, given] of [
      ['--cache', options.cache],
      ['--campaigns', options.campaigns],
    ] as const) {
      if (!given) continue;
      throw usage(
        `${option} is about this machine, and --testbed about a host.`,
        'Clean one, then the other.',
      );
    }
    const { dryRun = false, journal } = options;
    const { signal } = context;
    const cleaned = await cleanHost(place, { dryRun, journal, signal });
    return tellCleaned(cleaned, dryRun ? 'would run:' : 'removed', context);
  }
  if (options.dryRun || options.journal !== undefined) {
    throw usage(
      '--dry-run and --journal are about a host.',
      'Name it: tinyvmi-bench clean --testbed ssh:user@host --dry-run',
    );
  }
  const removed = [
    ...(await cleanLeftovers()),
    ...(await removeAbandoned(options.out)),
    ...(options.campaigns ? await removeCampaigns(options.out) : []),
    ...(options.cache ? await cleanCache() : []),
  ];
  const { unclear } = await findUnfinished(options.out);
  const left = [...(await unclearLeftovers()), ...unclear];
  return tellCleaned({ removed, failed: [], left }, 'removed', context);
}

/** Prints what came of it. @returns the exit code */
export function tellCleaned(
  { removed, failed, left }: { removed: string[]; failed: string[]; left: string[] },
  verb: string,
  { stdout, say, json, quiet }: CommandContext,
): number {
  const status = failed.length === 0 ? 'success' : 'error';
  if (json) stdout.write(`${JSON.stringify({ status, removed, failed, left }, null, 2)}\n`);
  else if (removed.length + failed.length + left.length === 0) stdout.write('Nothing to remove.\n');
  else {
    const lines = [
      ...removed.map((what) => `${verb} ${what}`),
      ...failed.map((what) => `not removed: ${what}`),
      ...left.map((what) => `left alone: ${what}`),
    ];
    say(`${lines.join('\n')}\n`);
    if (quiet) {
      stdout.write(
        `${verb} ${removed.length}, not removed ${failed.length}, left alone ${left.length}\n`,
      );
    }
  }
  return EXIT_CODES[status];
}
