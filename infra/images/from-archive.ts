/** What the archives of a release give, as they were asked once, or as they are when that is gone. */
import { PrivateApt } from '../apt/private-apt.ts';
import {
  type PackageResolution,
  type PackageWishes,
  type ResolutionOf,
  Resolver,
} from '../apt/resolve.ts';
import type { Cache } from '../cache/cache.ts';
import { UserError } from '../errors.ts';
import type { Progress } from '../testbed.ts';
import { PINNED_RELEASE, WISHES, type XenOrigin } from './dom0-packages.ts';

/** Fetches what a resolution names. */
export type Fetch<T, R extends PackageResolution> = (
  cache: Cache,
  apt: PrivateApt,
  resolution: R,
  progress: Progress,
  signal: AbortSignal | undefined,
) => Promise<T>;

/**
 * What the archives give. A remembered resolution that they no longer serve is replaced once.
 * @param from whose archives; default: those of the release that the testbed is made of
 */
export async function fromArchive<T, W extends PackageWishes = typeof WISHES>(
  cache: Cache,
  progress: Progress,
  signal: AbortSignal | undefined,
  fetch: Fetch<T, ResolutionOf<W>>,
  { release }: Pick<XenOrigin, 'release'> = { release: PINNED_RELEASE },
  wishes: W = WISHES as PackageWishes as W,
): Promise<T> {
  const apt = await PrivateApt.open(cache.root, release);
  const resolver = new Resolver(apt, progress);
  const remembered = await resolver.remembered(wishes);
  if (remembered !== undefined) {
    try {
      return await fetch(cache, apt, remembered, progress, signal);
    } catch (error) {
      if (!(error instanceof UserError) || signal?.aborted) throw error;
      progress.warn(`${firstLine(error)}: asking the archives what they have now`);
      await resolver.forget(wishes);
    }
  }
  return fetch(cache, apt, await resolver.resolve(wishes, signal), progress, signal);
}

/** What was remembered, without asking anyone; undefined: nothing, or this machine has no keys of Debian. */
export async function rememberedFromArchive<W extends PackageWishes>(
  cache: Cache,
  { release }: Pick<XenOrigin, 'release'>,
  wishes: W,
): Promise<{ apt: PrivateApt; resolution: ResolutionOf<W> } | undefined> {
  try {
    const apt = await PrivateApt.open(cache.root, release);
    const resolution = await new Resolver(apt, cache.progress).remembered(wishes);
    return resolution === undefined ? undefined : { apt, resolution };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Of an error whose next lines are apt's own. */
export function firstLine({ message }: UserError): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}
