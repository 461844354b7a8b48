/** The outside world, for the command line. */
import { EmulatedTestbed } from './emulated/testbed.ts';
import type { EmulatedOptions, Progress, Testbed } from './testbed.ts';

export { hostMemoryMiB } from './emulated/memory.ts';
export { ensurePackages } from './packages.ts';

/**
 * An emulated testbed, not yet started: `start` builds its images, or takes them from the cache.
 * @throws UserError for options that contradict each other.
 */
export async function createEmulatedTestbed(
  options: EmulatedOptions,
  progress: Progress,
): Promise<Testbed> {
  return new EmulatedTestbed(options, progress);
}
