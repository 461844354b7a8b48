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

  /**
   * Calls `listener` at every release until the returned function is called.
   * @param failed called when nobody can be told of any
   */
  listen(listener: () => void, failed: (error: unknown) => void): () => void {
    this.#listeners.add(listener);
    this.#process ??= this.#watch();
    this.#process.catch(failed);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Calls `ended` once, when a domain is found dead at a release, or at once when it is dead already.
   * @param alive whether the domain lives; `failed` is called when it rejects
   * @returns what ends the watching
   */
  onEnd(
    alive: () => Promise<boolean>,
    ended: () => Promise<void>,
    failed: (error: unknown) => void,
  ): () => void {
    let over = false;
    const look = async () => {
      if (over || (await alive()) || over) return;
      over = true;
      await ended();
    };
    const check = () => void look().catch(failed);
    const unlisten = this.listen(check, failed);
    check();
    return unlisten;
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
