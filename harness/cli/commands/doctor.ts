/**
 * `tinyvmi-bench doctor`: what this machine, or a host, can do, and the command that mends what is missing.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { type Check, chooseHost, examine, examineHost } from '../../../infra/index.ts';
import { EMULATED } from '../../../infra/testbed.ts';
import type { Paint } from '../../../reports/render/terminal.ts';
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

/** Prints every check. @returns the exit code: success when a run can begin */
export async function doctorCommand(
  { offline, testbed = EMULATED, testbeds }: DoctorOptions,
  { stdout, env, json, progress, signal }: CommandContext,
): Promise<number> {
  const place = await chooseHost(testbed, testbeds);
  const checks =
    place === EMULATED
      ? await examine({ network: !offline, progress, signal })
      : await examineHost(place, signal);
  const bad = checks.filter((check) => !check.ok).length;
  if (json) {
    const status = bad === 0 ? 'success' : 'error';
    stdout.write(`${JSON.stringify({ status, checks }, null, 2)}\n`);
  } else {
    const paint = paintFor(stdout, env);
    for (const check of checks) stdout.write(checkText(check, paint));
    stdout.write(
      bad === 0
        ? `\nA run can begin: tinyvmi-bench run${place === EMULATED ? '' : ` --testbed ${testbed}`}\n`
        : `\n${bad} of ${checks.length} checks failed. Mend what is marked, then look again.\n`,
    );
  }
  return bad === 0 ? EXIT_CODES.success : EXIT_CODES.error;
}
