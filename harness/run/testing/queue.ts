/**
 * A stream of chunks that a test pushes into.
 */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  #chunks: Uint8Array[] = [];
  #ended = false;
  #wake: (() => void)[] = [];

  /** Adds text to the stream. */
  push(text: string): void {
    if (this.#ended) return;
    this.#chunks.push(Buffer.from(text, 'latin1'));
    this.#notify();
  }

  /** Ends the stream. */
  end(): void {
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; ; at++) {
      while (at >= this.#chunks.length) {
        if (this.#ended) return;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      yield this.#chunks[at] as Uint8Array;
    }
  }
}
