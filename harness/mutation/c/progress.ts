/** How far it is, a line a mutant. */
import { type Mutant, tell, type Verdict } from './mutant.ts';

/** Tells of mutants as they are tried. */
export class Progress {
  readonly #all: number;
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  #done = 0;
  #fresh = 0;
  #freshMs = 0;
  #since: number;

  /**
   * @param all mutants that there will be
   * @param now milliseconds of a clock
   */
  constructor(all: number, say: (line: string) => void, now: () => number = Date.now) {
    this.#all = all;
    this.#say = say;
    this.#now = now;
    this.#since = now();
  }

  /** One was tried, or its verdict was kept from before. What is no mutant is not told, but takes its time. */
  told(mutant: Mutant, verdict: Verdict, isKept: boolean): void {
    if (verdict.outcome === 'none' || verdict.outcome === 'same') return;
    this.#done++;
    const now = this.#now();
    if (!isKept) {
      this.#fresh++;
      this.#freshMs += now - this.#since;
    }
    this.#since = now;
    const by = verdict.by === '' ? '' : ` (${verdict.by})`;
    this.#say(
      `${this.#done}/${this.#all} ${tell(mutant)}: ${verdict.outcome}${by}${isKept ? ', kept' : ''}${this.#left()}`,
    );
  }

  #left(): string {
    if (this.#fresh === 0) return '';
    const minutes = ((this.#all - this.#done) * this.#freshMs) / this.#fresh / 60_000;
    return minutes < 1 ? '; less than a minute left' : `; ${Math.ceil(minutes)} min left`;
  }
}
