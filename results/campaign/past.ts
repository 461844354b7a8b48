/**
 * What the journal of a campaign says of the attempts before.
 */
import type { Creation } from '../../harness/plan/plan.ts';
import { addEventCount } from '../../harness/run/events/counts.ts';
import type { RunFacts } from '../../harness/run/outcome.ts';
import { UserError } from '../../infra/errors.ts';
import { type BeginEntry, type Entry, JOURNAL_VERSION, type KeptFacts } from './entries.ts';

/** What was known of one life. */
export interface LifeBefore {
  facts: KeptFacts | undefined;
  consoles: Record<string, string>;
  events: RunFacts['events'];
}

/** Lives of an earlier attempt as facts. Of one that was killed before anything was known, nothing is. */
export function factsOf({ facts, consoles, events }: LifeBefore): RunFacts[] {
  if (facts === undefined) return [];
  const { region, ...rest } = facts;
  const known =
    region === undefined
      ? {}
      : { region: { ...region, base: BigInt(region.base), digests: new Map() } };
  return [{ ...rest, ...known, consoles, events }];
}

/** Batches of each job that are recorded. */
export class RecordedCounts {
  readonly #counts = new Map<string, number>();

  /** @param n batches; Infinity for all of a job */
  add(benchmark: string, order: number, n: number): void {
    this.#counts.set(`${benchmark} ${order}`, this.of(benchmark, order) + n);
  }

  of(benchmark: string, order: number): number {
    return this.#counts.get(`${benchmark} ${order}`) ?? 0;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }
}

/** What a journal says of the attempts before. */
export class Past {
  begin: BeginEntry | undefined;
  readonly finished: Creation[] = [];
  readonly recorded = new RecordedCounts();
  readonly lives: LifeBefore[] = [];

  /** Takes the entries in their order. @throws UserError when the journal is of another version */
  add(entry: Entry): void {
    const life = this.lives.at(-1);
    switch (entry.kind) {
      case 'campaign':
        if (entry.version !== JOURNAL_VERSION) {
          throw new UserError(
            `The journal is of version ${entry.version}; this program reads version ${JOURNAL_VERSION}.`,
            { advice: 'Go on with the release that began it.' },
          );
        }
        this.begin = entry;
        break;
      case 'life':
        this.lives.push({ facts: undefined, consoles: {}, events: [] });
        break;
      case 'pages':
        this.recorded.add('page-walk', entry.order, 1);
        break;
      case 'totals':
        this.recorded.add(entry.counts.benchmark, entry.order, Number.POSITIVE_INFINITY);
        if (life !== undefined) addEventCount(life.events, entry.counts);
        break;
      case 'observations':
        this.recorded.add(entry.benchmark, entry.order, Number.POSITIVE_INFINITY);
        break;
      case 'facts':
        if (life !== undefined) life.facts = entry.facts;
        break;
      case 'consoles':
        if (life !== undefined) life.consoles = entry.consoles;
        break;
      case 'finished':
        this.finished.push(entry.creation);
        break;
      case 'events':
        break;
    }
  }
}
