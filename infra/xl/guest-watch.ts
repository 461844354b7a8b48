/**
 * A watch over a guest that is not ours. Xen and the guest keep no trace of a checkpoint (`xl save -c`), after
 * which the same domain goes on: so xenstored tells of what the toolstack asks of the guest, and of every
 * domain that stops (@releaseDomain), at which Xen is asked whether it is this one.
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { UserError } from '../errors.ts';
import type { GuestSight, GuestWatch, Process } from '../testbed.ts';
import type { CommandHost } from './commands.ts';
import { type NamedDomain, storePath } from './control.ts';
import { listStates, type TimedState } from './list.ts';

/** Where the toolstack writes suspend, reboot or poweroff (Xen: docs/misc/xenstore-paths.pandoc). */
const REQUEST = 'control/shutdown';
/** Fires when a domain has shut down, to be suspended included, or is gone. */
const RELEASE = '@releaseDomain';

/** Begins to watch. @throws UserError when xenstored does not tell */
export async function watchGuest(host: CommandHost, guest: NamedDomain): Promise<GuestWatch> {
  const paths = [storePath(guest, REQUEST), RELEASE];
  const watch = new XlGuestWatch(host, guest, await host.spawn(['xenstore-watch', ...paths]));
  await watch.begun;
  return watch;
}

class XlGuestWatch implements GuestWatch {
  /** Each path is told of once when it begins to be watched. */
  readonly begun: Promise<void>;
  readonly #host: CommandHost;
  readonly #guest: NamedDomain;
  readonly #process: Process;
  readonly #told = new Set<string>();
  #looks: Promise<void> = Promise.resolve();
  #interrupted = false;
  #lost: UserError | undefined;

  constructor(host: CommandHost, guest: NamedDomain, process: Process) {
    this.#host = host;
    this.#guest = guest;
    this.#process = process;
    this.begun = new Promise((resolve, reject) => {
      void this.#read(resolve).catch((error: UserError) => {
        this.#lost = error;
        reject(error);
      });
    });
  }

  async look(): Promise<GuestSight> {
    const found = await this.#state();
    await this.#looks;
    if (this.#lost !== undefined) throw this.#lost;
    const { state = 'gone', seconds = 0 } = found ?? {};
    return { state, seconds, interrupted: this.#interrupted };
  }

  async stop(): Promise<void> {
    await this.#process.kill();
  }

  async #state(): Promise<TimedState | undefined> {
    const { domid } = this.#guest;
    return (await listStates(this.#host)).find((domain) => domain.domid === domid);
  }

  async #read(begun: () => void): Promise<void> {
    for await (const path of createInterface({ input: Readable.from(this.#process.stdout) })) {
      if (this.#told.has(path)) this.#fired(path);
      this.#told.add(path);
      if (this.#told.size === 2) begun();
    }
    const { stderr } = await this.#process.exited;
    throw new UserError(
      `what becomes of ${this.#guest.name} cannot be watched: xenstore-watch ended${stderr.trim() === '' ? '' : `: ${stderr.trim()}`}`,
      { advice: 'run again; tinyvmi-bench doctor --testbed … checks the host' },
    );
  }

  #fired(path: string): void {
    if (path !== RELEASE) {
      this.#interrupted = true;
      return;
    }
    this.#looks = Promise.all([this.#looks, this.#state()]).then(([, found]) => {
      if (found?.state.startsWith('shutdown') ?? true) this.#interrupted = true;
    });
    this.#looks.catch(() => undefined);
  }
}
