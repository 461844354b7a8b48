/**
 * `--setup-only`: the Debian packages and the tools that a run and the tests need. start.mjs saw to the npm packages.
 */
import { ensureNeeds, TEST_PACKAGES } from '../../../infra/index.ts';
import type { CommandContext } from './context.ts';

/** Installs what is missing. @throws UserError with the command to type when that needs root */
export async function setupCommand({ progress, signal }: CommandContext): Promise<void> {
  await ensureNeeds('emulated', progress, signal, TEST_PACKAGES);
}
