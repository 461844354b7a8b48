/**
 * Verdicts as they come, a line of JSON each in a file, so that an interrupted run goes on where it was. A
 * survivor counts for the tests that it survived; whatever else it was, a mutant stays while its file and
 * what the product is built by are the same.
 */
import { type JsonLines, openJsonLines } from '../../../infra/files/json-lines.ts';
import type { Mutant, Verdict } from './mutant.ts';

/** What a verdict holds for: hashes. */
export interface Ground {
  /** Headers and rules of the build. */
  build: string;
  tests: string;
}

type Line = Verdict & Ground & Pick<Mutant, 'id'>;

/** Verdicts of one folder. */
export class Kept {
  readonly #file: JsonLines<Line>;
  readonly #ground: Ground;
  readonly #lines: Map<string, Line>;

  private constructor(file: JsonLines<Line>, ground: Ground) {
    this.#file = file;
    this.#ground = ground;
    this.#lines = new Map(file.before.map((line) => [line.id, line]));
  }

  /** Those of a file, which need not be there. A last line that a power cut tore is passed over. */
  static async open(file: string, ground: Ground): Promise<Kept> {
    return new Kept(await openJsonLines(file), ground);
  }

  /** The verdict on a mutant, if it still holds. */
  of({ id }: Pick<Mutant, 'id'>): Verdict | undefined {
    const line = this.#lines.get(id);
    if (line === undefined || line.build !== this.#ground.build) return undefined;
    if (line.outcome === 'survived' && line.tests !== this.#ground.tests) return undefined;
    const { outcome, by, code } = line;
    return code === undefined ? { outcome, by } : { outcome, by, code };
  }

  /** Keeps one. */
  async add({ id }: Pick<Mutant, 'id'>, verdict: Verdict): Promise<void> {
    const line = { id, ...verdict, ...this.#ground };
    this.#lines.set(id, line);
    await this.#file.add(line);
  }
}
