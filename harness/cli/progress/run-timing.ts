/** How long a run takes until its first sample and in all: said when it begins, kept when it succeeded. */
import { hashOf } from '../../../infra/cache/hash.ts';
import type { StepTimes } from './step-times.ts';
import { timeText } from './wording.ts';

const FIRST = 'first sample';
const ALL = 'all';
/** Options by which runs differ that take the same time. */
const NO_MATTER: ReadonlySet<string> = new Set(['seed']);

/** One kind of run, by the options that were given: 8 hex digits. */
export function kindOfRun(options: object): string {
  const given = Object.entries(options)
    .filter(([name, value]) => value !== undefined && !NO_MATTER.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf(JSON.stringify(given)).slice(0, 8);
}

/** Times one run. */
export class RunTiming {
  readonly #times: StepTimes;
  readonly #options: object;
  #started = 0;
  #first: number | undefined;

  /** @param options all that tells this run from one that takes longer */
  constructor(times: StepTimes, options: object) {
    this.#times = times;
    this.#options = options;
  }

  /** Begins. @returns what may be said about it; undefined on the first run of its kind */
  begin(): string | undefined {
    this.#started = Date.now();
    this.#times.within(kindOfRun(this.#options));
    const first = this.#times.expectedOfRun(FIRST);
    const all = this.#times.expectedOfRun(ALL);
    this.#times.begins(all && all.seconds * 1000);
    if (all === undefined) return undefined;
    const until =
      first === undefined ? '' : `${timeText(first.seconds * 1000)} until the first sample, `;
    const from = all.runs === 1 ? 'an earlier run' : `${all.runs} earlier runs`;
    return `about ${until}${timeText(all.seconds * 1000)} in all (from ${from} on this machine)`;
  }

  /** The first sample is there. */
  sampled(): void {
    this.#first ??= Date.now() - this.#started;
  }

  /** The run succeeded. */
  succeeded(): void {
    if (this.#first !== undefined) this.#times.runTook(FIRST, this.#first);
    this.#times.runTook(ALL, Date.now() - this.#started);
  }
}
