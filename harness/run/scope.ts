/**
 * Undoing what was done, last first, however a run ends.
 */
import { withDeadline } from './wait.ts';

/** Something that could not be undone. */
export interface CleanupProblem {
  what: string;
  error: unknown;
}

/** A stack of things to undo. */
export class Scope {
  #undo: { what: string; deadlineMs: number | null; action: () => Promise<void> }[] = [];

  /**
   * Registers an action that `close` runs; `what` completes "could not …".
   * @param deadlineMs null: it takes what it takes
   */
  defer(what: string, action: () => Promise<void>, deadlineMs: number | null = 20_000): void {
    this.#undo.push({ what, action, deadlineMs });
  }

  /**
   * Runs every action once, last registered first. One that fails stops none of the others.
   * @param begins told of each action before it runs
   */
  async close(begins: (what: string) => void = () => undefined): Promise<CleanupProblem[]> {
    const problems: CleanupProblem[] = [];
    for (let next = this.#undo.pop(); next !== undefined; next = this.#undo.pop()) {
      begins(next.what);
      try {
        const done = next.action();
        await (next.deadlineMs === null ? done : withDeadline(done, next.deadlineMs));
      } catch (error) {
        problems.push({ what: next.what, error });
      }
    }
    return problems;
  }
}
