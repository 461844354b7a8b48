/** The outside world, for the command line. */
import { EmulatedTestbed } from './emulated/testbed.ts';
import { type HostOptions, HostTestbed } from './hosts/testbed.ts';
import { ReplayTestbed } from './replay/testbed.ts';
import type { EmulatedOptions, Progress, Testbed } from './testbed.ts';

export { Durations } from './cache/durations.ts';
export { cacheRoot } from './cache/root.ts';
export { cleanCache, cleanLeftovers } from './clean.ts';
export { createCodeBase } from './code/code-base.ts';
export { examine } from './doctor.ts';
export { hostMemoryMiB } from './emulated/memory.ts';
export type { Check } from './fitness.ts';
export { chooseHost } from './hosts/choose.ts';
export { cleanHost } from './hosts/clean.ts';
export { examineHost, skippedCheck } from './hosts/doctor.ts';
export { type HostSettings, placeOf } from './hosts/settings.ts';
export { UNTRACED } from './hosts/testbed.ts';
export { ensureNeeds } from './needs.ts';
export { TEST_PACKAGES } from './packages.ts';
export { hvmGuestsOf } from './xl/config.ts';

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

/** A host with a Xen of its own, not yet reached. */
export function createHostTestbed(options: HostOptions, progress: Progress): HostTestbed {
  return new HostTestbed(options, progress);
}

/** A testbed that plays the recording in a folder (see replay/testbed.ts). */
export function createReplayTestbed(folder: string): Testbed {
  return new ReplayTestbed(folder);
}
