/** Work that is done one piece after another, in the order in which it was asked for. */

/** A queue of pieces of work of which one is under way. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does `work` when all that was asked for before has ended, however it ended.
   * @param signal when it fires while others are at work, this one is not begun
   * @throws the signal's reason then; else what the work throws
   */
  take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#last.then(async () => {
      signal?.throwIfAborted();
      return work();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
