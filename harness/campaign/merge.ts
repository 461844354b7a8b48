/**
 * One account of a run out of those of its lives.
 */
import { addEventCount } from '../run/events/counts.ts';
import type { EventCount, RefusalResult, RunFacts } from '../run/outcome.ts';

/** A request that was made so often, each time with this outcome. */
export type CountedRefusal = RefusalResult & { times: number };

/** The facts of a whole run. */
export type MergedFacts = Omit<RunFacts, 'refusals'> & { refusals: CountedRefusal[] };

/** Each once by its text, the first one of equal ones. */
function distinct<T>(items: readonly T[], text: (item: T) => string): T[] {
  return [...new Map([...items].reverse().map((item) => [text(item), item])).values()].reverse();
}

function countRefusals(all: readonly RefusalResult[]): CountedRefusal[] {
  const counted = new Map<string, CountedRefusal>();
  for (const refusal of all) {
    const key = `${refusal.attempt} ${refusal.outcome}`;
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { ...refusal, times: 1 });
    else known.times++;
  }
  return [...counted.values()];
}

/** What is known of a run from all of its lives. */
export function mergeFacts(lives: readonly RunFacts[]): MergedFacts {
  const events: EventCount[] = [];
  for (const { events: counts } of lives) {
    for (const count of counts) addEventCount(events, count);
  }
  const capabilities = lives.find((facts) => facts.capabilities !== undefined)?.capabilities;
  const region = lives.find((facts) => facts.region !== undefined)?.region;
  return {
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(region === undefined ? {} : { region }),
    // What earlier versions kept of a life has no such list.
    starts: lives.flatMap(({ starts = [] }: Partial<RunFacts>) => starts),
    introspectors: lives.flatMap(({ introspectors }) => introspectors),
    digests: distinct(
      lives.flatMap(({ digests }) => digests),
      ({ benchmark, arm, digest, expected }) => `${benchmark} ${arm} ${digest} ${expected}`,
    ),
    events,
    refusals: countRefusals(lives.flatMap(({ refusals }) => refusals)),
    domains: lives.flatMap(({ domains }) => domains),
    skipped: distinct(
      lives.flatMap(({ skipped }) => skipped),
      ({ what, reason }) => `${what} ${reason}`,
    ),
    consoles: Object.assign({}, ...lives.map(({ consoles }) => consoles)),
    warnings: lives.flatMap(({ warnings }) => warnings),
    // What earlier versions kept of a life has no such list.
    left: lives.flatMap(({ left = [] }: Partial<RunFacts>) => left),
  };
}
