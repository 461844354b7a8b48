/**
 * What the journal of a campaign says of the attempts before.
 */
import { addEventCount } from '../../harness/run/events/counts.ts';
import type { RunFacts } from '../../harness/run/outcome.ts';
import { UserError } from '../../infra/errors.ts';
import {
  type BeginEntry,
  type Entry,
  type FinishedEntry,
  JOURNAL_VERSION,
  type KeptFacts,
  type LifeEntry,
} from './entries.ts';

/** What was known of one machine in one life. */
interface MachineBefore {
  facts: KeptFacts | undefined;
  consoles: Record<string, string>;
}

/** What was known of one life: of its machines by their names, in their order. */
export interface LifeBefore {
  machines: Map<string, MachineBefore>;
  events: RunFacts['events'];
}

/** Name of the machine of a run that has one. */
const ONLY = '';

function newLife({ machines = [ONLY] }: LifeEntry): LifeBefore {
  const before = machines.map((name) => [name, { facts: undefined, consoles: {} }] as const);
  return { machines: new Map<string, MachineBefore>(before), events: [] };
}

function factsOfMachine({ facts, consoles }: MachineBefore): RunFacts[] {
  if (facts === undefined) return [];
  const { region, ...rest } = facts;
  const known =
    region === undefined
      ? {}
      : { region: { ...region, base: BigInt(region.base), digests: new Map() } };
  return [{ ...rest, ...known, consoles, events: [] }];
}

/** Lives of an earlier attempt as facts. Of one that was killed before anything was known, nothing is. */
export function factsOf({ machines, events }: LifeBefore): RunFacts[] {
  const [first, ...others] = [...machines.values()].flatMap(factsOfMachine);
  // Counts of events add up over the run, so that it does not matter whose facts they are among.
  return first === undefined ? [] : [{ ...first, events }, ...others];
}

/** A creation that was measured whole, on the machine where there are several. */
export type FinishedPart = Pick<FinishedEntry, 'creation' | 'machine'>;

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
  readonly finished: FinishedPart[] = [];
  readonly recorded = new RecordedCounts();
  readonly lives: LifeBefore[] = [];

  /** Takes the entries in their order. @throws UserError when the journal is of another version */
  add(entry: Entry): void {
    const life = this.lives.at(-1);
    const machineOf = (name = ONLY) => {
      const machine = life?.machines.get(name);
      if (machine === undefined)
        throw new UserError(`The journal tells of a machine ${name} that never began.`, {
          advice: 'Begin a new run.',
        });
      return machine;
    };
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
        this.lives.push(newLife(entry));
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
        machineOf(entry.facts.machine).facts = entry.facts;
        break;
      case 'consoles':
        machineOf(entry.machine).consoles = entry.consoles;
        break;
      case 'finished':
        this.finished.push(entry);
        break;
      case 'events':
        break;
    }
  }
}
