/**
 * One account of a run out of those of its lives.
 */
import { addEventCount } from '../run/events/counts.ts';
import type { EventCount, RefusalResult, RunFacts } from '../run/outcome.ts';

/** A request that was made so often, each time with this outcome. */
export type CountedRefusal = RefusalResult & { times: number };

/** The facts of a whole run. Of several machines, what is of one of them names it. */
export type MergedFacts = Omit<RunFacts, 'machine' | 'refusals' | 'introspectors' | 'domains'> & {
  introspectors: (RunFacts['introspectors'][number] & { machine?: string })[];
  domains: (RunFacts['domains'][number] & { machine?: string })[];
  refusals: CountedRefusal[];
};

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

/** Things with the machine that they are of, where there are several. */
function placed<T extends object>(machine: string | undefined, things: readonly T[]) {
  return things.map((thing) => ({ ...thing, ...(machine === undefined ? {} : { machine }) }));
}

/** Consoles by a name of which there is one in the run: those of the first machine keep theirs. */
function consolesOf(
  { machine, consoles }: Pick<RunFacts, 'machine' | 'consoles'>,
  first: string | undefined,
): Record<string, string> {
  if (machine === undefined || machine === first) return consoles;
  return Object.fromEntries(
    Object.entries(consoles).map(([name, text]) => [`${name}-${machine}`, text]),
  );
}

/**
 * What is known of a run from all of its lives.
 * @param lives in their order; those of several machines in the order of their plans
 * @param first name of the first machine, when there are several
 */
export function mergeFacts(lives: readonly RunFacts[], first?: string): MergedFacts {
  const events: EventCount[] = [];
  for (const { events: counts } of lives) {
    for (const count of counts) addEventCount(events, count);
  }
  const capabilities = lives.find((facts) => facts.capabilities !== undefined)?.capabilities;
  const region = lives.find((facts) => facts.region !== undefined)?.region;
  return {
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(region === undefined ? {} : { region }),
    starts: distinct(
      // What earlier versions kept of a life has no such list.
      lives.flatMap(({ starts = [] }: Partial<RunFacts>) => starts),
      (entry) => JSON.stringify(entry),
    ),
    introspectors: lives.flatMap(({ machine, introspectors }) => placed(machine, introspectors)),
    digests: distinct(
      lives.flatMap(({ digests }) => digests),
      ({ benchmark, arm, digest, expected }) => `${benchmark} ${arm} ${digest} ${expected}`,
    ),
    events,
    refusals: countRefusals(lives.flatMap(({ refusals }) => refusals)),
    domains: lives.flatMap(({ machine, domains }) => placed(machine, domains)),
    skipped: distinct(
      lives.flatMap(({ skipped }) => skipped),
      ({ what, reason }) => `${what} ${reason}`,
    ),
    consoles: Object.assign({}, ...lives.map((life) => consolesOf(life, first))),
    warnings: distinct(
      lives.flatMap(({ warnings }) => warnings),
      (text) => text,
    ),
    // What earlier versions kept of a life has no such list.
    left: lives.flatMap(({ left = [] }: Partial<RunFacts>) => left),
  };
}
