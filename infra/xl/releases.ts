/**
 * Tells when any domain has shut down or is gone, without asking again and again: xenstored fires the
 * special watch @releaseDomain then (Xen: docs/misc/xenstore.txt).
 */
import type { Process } from '../testbed.ts';
import type { CommandHost } from './commands.ts';

/** One watch, shared by all who listen. It starts with the first of them. */
export class Releases {
  readonly #host: CommandHost;
  readonly #listeners = new Set<() => void>();
  #process: Promise<Process> | undefined;

  constructor(host: CommandHost) {
    this.#host = host;
  }

  /** Calls `listener` at every release until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#process ??= this.#watch();
    return () => this.#listeners.delete(listener);
  }

  /** Ends the watch. */
  async close(): Promise<void> {
    this.#listeners.clear();
    const process = await this.#process?.catch(() => undefined);
    await process?.kill();
  }

  async #watch(): Promise<Process> {
    const process = await this.#host.spawn(['xenstore-watch', '@releaseDomain']);
    void (async () => {
      for await (const _ of process.stdout) {
        for (const listener of [...this.#listeners]) listener();
      }
    })().catch(() => undefined);
    return process;
  }
}
