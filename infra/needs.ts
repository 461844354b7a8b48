/** What a run needs of the machine where the command is. */
import { Cache } from './cache/cache.ts';
import { cacheRoot } from './cache/root.ts';
import { UserError } from './errors.ts';
import { demandFitness } from './fitness.ts';
import { BRING_IMAGES, imagesAreCached } from './images/cached.ts';
import { ensurePackages, HOST_TOOLS, MACHINE_PACKAGES, type MachinePackage } from './packages.ts';
import type { Progress, TestbedKind } from './testbed.ts';
import { whyNotPinned } from './tools/tools.ts';

/**
 * Makes sure that a run on a testbed of this kind finds what it needs here: packages, which are installed
 * when we are root and this machine is not itself the testbed, and tools to build with. A Dom0 that has the
 * images needs none. A machine that will not do is refused before anything is installed.
 * @param more packages that are wanted besides
 * @throws UserError that names what is missing, and how to get it
 */
export async function ensureNeeds(
  kind: Exclude<TestbedKind, 'replay'>,
  progress: Progress,
  signal?: AbortSignal,
  more: readonly MachinePackage[] = [],
): Promise<void> {
  const cache = new Cache(cacheRoot(), progress);
  if (kind === 'local' && (await imagesAreCached(cache))) return;
  try {
    await demandFitness(kind, cache.root);
    await ensurePackages(progress, [...MACHINE_PACKAGES, ...more], { kind, signal });
    await ensureTools(kind, cache, signal);
  } catch (error) {
    if (!(error instanceof UserError) || kind !== 'local') throw error;
    throw new UserError(
      `the images of a run are not in ${cacheRoot()}, and cannot be built here: ${error.message}`,
      { advice: `${BRING_IMAGES}. To build here: ${error.advice}`, cause: error },
    );
  }
}

/** Tools to build with: where those of the pinned release cannot be run, this machine's own. */
async function ensureTools(
  kind: Exclude<TestbedKind, 'replay'>,
  cache: Cache,
  signal: AbortSignal | undefined,
): Promise<void> {
  const why = await whyNotPinned(cache, signal);
  if (why === undefined) return;
  cache.progress.warn(
    `images are built with this machine's own tools, and may not be those of others: ${why}`,
  );
  const wanted = HOST_TOOLS.filter(({ emulation }) => kind === 'emulated' || !emulation);
  await ensurePackages(cache.progress, wanted, { kind, signal });
}
