/** What came of kills, kept as they come: an interrupted run of them goes on with those that are missing. */
import { type JsonLines, openJsonLines } from '../../infra/files/json-lines.ts';

/** What has to be the same for a kill to be the same. */
export interface Ground {
  seed: number;
  commit: string;
}

/** A kill that was made, by its number in what the seed draws. */
interface Line extends Ground {
  number: number;
  problems: string[];
}

/** Kills of one seed at one commit, in a file that has others, too. */
export class KeptKills {
  readonly #file: JsonLines<Line>;
  readonly #ground: Ground;
  readonly #problems: Map<number, string[]>;

  private constructor(file: JsonLines<Line>, ground: Ground) {
    this.#file = file;
    this.#ground = ground;
    const own = file.before.filter(
      ({ seed, commit }) => seed === ground.seed && commit === ground.commit,
    );
    this.#problems = new Map(own.map(({ number, problems }) => [number, problems]));
  }

  /** Those of a file, which need not be there. */
  static async open(file: string, ground: Ground): Promise<KeptKills> {
    return new KeptKills(await openJsonLines(file), ground);
  }

  /** What was wrong after a kill; undefined: it was not made yet. */
  of(number: number): string[] | undefined {
    return this.#problems.get(number);
  }

  /** Keeps one. */
  async add(number: number, problems: string[]): Promise<void> {
    this.#problems.set(number, problems);
    await this.#file.add({ ...this.#ground, number, problems });
  }
}
