/**
 * What was restored from one boot is one boot, however often: its lives do not differ as boots do, and
 * whoever counts them as boots believes to know more than was measured.
 */
import type { Start } from '../../infra/testbed.ts';
import type { BlockOfBatch } from './analyse.ts';
import type { NestedBatch } from './nested.ts';
import type { SampleSource } from './suite.ts';

/** How a life of the testbed began. */
export interface LifeStart {
  /** Number of the life, as its samples have it. */
  boot: number;
  start: Start;
}

/** Number of the first life that goes back to the same boot as this one. */
export function bootOf(starts: readonly LifeStart[], life: number): number {
  const origin = originOf(starts, life);
  if (origin === undefined) return life;
  const same = starts.filter(({ boot }) => originOf(starts, boot) === origin);
  return Math.min(...same.map(({ boot }) => boot));
}

/** The boot that all machines of a life were restored from; undefined: it is a boot of its own. */
function originOf(starts: readonly LifeStart[], life: number): string | undefined {
  const origins = starts
    .filter(({ boot }) => boot === life)
    .map(({ start }) => (start.kind === 'restored' ? start.boot : undefined));
  const [first] = origins;
  return origins.every((origin) => origin === first) ? first : undefined;
}

/** Samples of a run whose lives are counted as the boots that they are. */
export function asBoots(source: SampleSource, starts: readonly LifeStart[]): SampleSource {
  const asBoot = <T extends { boot?: number; domain?: string | undefined }>(part: T): T => {
    const { boot = 0, domain = '0' } = part;
    return { ...part, boot: bootOf(starts, boot), domain: `${boot} ${domain}` };
  };
  async function* counted<T extends BlockOfBatch>(batches: AsyncIterable<T>) {
    for await (const batch of batches) yield asBoot(batch);
  }
  const group = <T extends BlockOfBatch, G extends { batches(): AsyncIterable<T> }>(of: G): G => ({
    ...of,
    batches: () => counted<T>(of.batches()),
  });
  return {
    groups: (arms, states) => source.groups(arms, states).map((of) => group(of)),
    eventGroups: (arms, states) =>
      source
        .eventGroups(arms, states)
        .map((of) => ({ ...group(of), rates: of.rates.map((rate) => asBoot(rate)) })),
    observations: (benchmark) => source.observations(benchmark).map((fact) => asBoot(fact)),
  };
}

/**
 * The place of a batch among those of other runs. Runs that were restored from one boot are parts of it, as
 * creations of domains are; the names of the levels are those of `LEVELS`.
 * @param path run, life, creation, block and batch, as they were recorded
 */
export function placeOf(
  path: NestedBatch['path'],
  starts: readonly LifeStart[],
): NestedBatch['path'] {
  const [run = '', life = '', domain = '', ...rest] = path;
  const origin = originOf(starts, Number(life));
  if (origin === undefined) return path;
  return [`boot ${origin}`, '0', `${run} ${life} ${domain}`, ...rest];
}
