/** What a run needs of the machine where the command is. */
import { Cache } from './cache/cache.ts';
import { cacheRoot } from './cache/root.ts';
import { UserError } from './errors.ts';
import { BRING_IMAGES, imagesAreCached } from './images/cached.ts';
import { ensurePackages } from './packages.ts';
import type { Progress, TestbedKind } from './testbed.ts';

/**
 * Makes sure that a run on a testbed of this kind finds what it needs here: packages, which are installed
 * when we are root and this machine is not itself the testbed. A Dom0 that has the images needs none.
 * @throws UserError that names what is missing, and how to get it
 */
export async function ensureNeeds(
  kind: Exclude<TestbedKind, 'replay'>,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  if (kind !== 'local') return ensurePackages(progress, signal, { kind });
  if (await imagesAreCached(new Cache(cacheRoot(), progress), progress)) return;
  try {
    await ensurePackages(progress, signal, { kind });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `the images of a run are not in ${cacheRoot()}, and cannot be built here: ${error.message}`,
      { advice: `${BRING_IMAGES}. To build here: ${error.advice}`, cause: error },
    );
  }
}
