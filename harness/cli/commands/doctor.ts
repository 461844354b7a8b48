/**
 * `tinyvmi-bench doctor`: what this machine, or a host, can do, and the command that mends what is missing.
 */

import { BENCHMARKS } from '../../../bench/registry.ts';
import { EXIT_CODES } from '../../../infra/errors.ts';
import {
  type Check,
  chooseHost,
  examine,
  examineHost,
  type HostSettings,
  skippedCheck,
  UNTRACED,
} from '../../../infra/index.ts';
import { EMULATED } from '../../../infra/testbed.ts';
import type { Paint } from '../../../reports/render/terminal.ts';
import { makeSuite } from '../../plan/suite.ts';
import { unableOn } from '../../run/able.ts';
import { paintFor } from '../output.ts';
import type { CommandContext } from './context.ts';

/** One check as text: what is there, and when something is to be done, what. */
export function checkText(check: Check, paint: Paint): string {
  const mark = check.ok ? paint.good('✓') : paint.bad('✗');
  const needed = check.ok ? '' : ` (needed: ${check.needed})`;
  const mend = check.mend === undefined ? '' : `\n    to mend it: ${check.mend}`;
  return `${mark} ${check.name}: ${check.found}${needed}${mend}\n`;
}

/** Options of `doctor`. */
export interface DoctorOptions {
  offline: boolean;
  testbed?: string;
  testbeds?: string;
}

/** Benchmarks that a run on a host leaves out, each with the reason that the run would give. */
function leftOut({ name, clock }: HostSettings): Check[] {
  const bench = BENCHMARKS.filter(({ id }) => id !== 'guest-events').map(({ id }) => id);
  return makeSuite({ bench, testbed: name, clock }).flatMap((plan) => {
    const why = unableOn(plan, () => ({ untraced: UNTRACED }));
    return why === undefined ? [] : [skippedCheck(`benchmark ${plan.benchmark}`, why)];
  });
}

/** Prints every check. @returns the exit code: success when a run can begin */
export async function doctorCommand(
  { offline, testbed = EMULATED, testbeds }: DoctorOptions,
  { stdout, say, env, json, progress, signal }: CommandContext,
): Promise<number> {
  const place = await chooseHost(testbed, testbeds);
  const checks =
    place === EMULATED
      ? await examine({ network: !offline, progress, signal })
      : [...(await examineHost(place, signal)), ...leftOut(place)];
  const bad = checks.filter((check) => !check.ok).length;
  if (json) {
    const status = bad === 0 ? 'success' : 'error';
    stdout.write(`${JSON.stringify({ status, checks }, null, 2)}\n`);
  } else {
    const paint = paintFor(stdout, env);
    for (const check of checks) say(checkText(check, paint));
    say('\n');
    stdout.write(
      bad === 0
        ? `A run can begin: tinyvmi-bench run${place === EMULATED ? '' : ` --testbed ${testbed}`}\n`
        : `${bad} of ${checks.length} checks failed. Mend what is marked, then look again.\n`,
    );
  }
  return bad === 0 ? EXIT_CODES.success : EXIT_CODES.error;
}
