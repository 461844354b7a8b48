/**
 * `tinyvmi-bench doctor`: what this machine can do, and the command that mends what is missing.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { installCommand, MACHINE_PACKAGES, missingPackages } from '../../../infra/packages.ts';
import { paintFor } from '../output.ts';
import type { CommandContext } from './context.ts';

/** Prints every check. @returns the exit code: success when nothing is missing */
export async function doctorCommand(context: CommandContext): Promise<number> {
  const { stdout, env, json } = context;
  const paint = paintFor(stdout, env);
  const missing = new Set((await missingPackages()).map(({ name }) => name));
  const checks = MACHINE_PACKAGES.map(({ name, use }) => ({
    name: `package ${name}`,
    ok: !missing.has(name),
    detail: use,
    mend: missing.has(name) ? installCommand([name]) : null,
  }));
  const ok = checks.every((check) => check.ok);
  if (json)
    stdout.write(`${JSON.stringify({ status: ok ? 'success' : 'error', checks }, null, 2)}\n`);
  else {
    for (const check of checks) {
      stdout.write(
        `${check.ok ? paint.good('✓') : paint.bad('✗')} ${check.name}: ${check.detail}\n`,
      );
      if (check.mend !== null) stdout.write(`    to mend: ${check.mend}\n`);
    }
  }
  return ok ? EXIT_CODES.success : EXIT_CODES.error;
}
