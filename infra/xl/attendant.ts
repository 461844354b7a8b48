/**
 * The attendant on a host (native/attendant): one process for the length of a run, that does at once what
 * would else be a program of the toolstack each time.
 */
import { UserError } from '../errors.ts';
import { deferred } from '../process/deferred.ts';
import type { Process } from '../testbed.ts';
import type { CommandHost } from './commands.ts';
import type { ListedDomain } from './list.ts';
import { shutdownState } from './list.ts';

/** Who waits for an answer, in the order in which was asked. */
interface Asked {
  doing: string;
  id: string;
  answer: ReturnType<typeof deferred<string>>;
}

/** One process on a host, started by the first request. */
export class Attendant {
  readonly #host: CommandHost;
  readonly #path: string;
  readonly #asked: Asked[] = [];
  #process: Promise<Process> | undefined;
  #requests = 0;
  /** Why it is there no more. */
  #gone: string | undefined;

  /** @param path absolute, on the host. */
  constructor(host: CommandHost, path: string) {
    this.#host = host;
    this.#path = path;
  }

  /** Writes a value to xenstore. */
  async write(doing: string, path: string, value: string): Promise<void> {
    await this.#ask(doing, `write ${path} ${value}`);
  }

  /** Sets a node's permissions as xenstore-chmod takes them. */
  async perms(doing: string, path: string, perms: readonly string[]): Promise<void> {
    await this.#ask(doing, `perms ${path} ${perms.join(' ')}`);
  }

  /** Pauses a domain that has no device model; Xen counts. @returns its state after that */
  async pause(doing: string, domid: number): Promise<string> {
    return shutdownState(await this.#ask(doing, `pause ${domid}`));
  }

  /** The reverse. */
  async unpause(doing: string, domid: number): Promise<string> {
    return shutdownState(await this.#ask(doing, `unpause ${domid}`));
  }

  /** All domains. */
  async list(): Promise<ListedDomain[]> {
    return parseDomains(await this.#ask('list the domains', 'list'));
  }

  /** Ends the process. */
  async close(): Promise<void> {
    const process = await this.#process?.catch(() => undefined);
    await process?.kill();
  }

  /** @throws UserError with what was to be done, when it is refused or nobody answers any more */
  async #ask(doing: string, request: string): Promise<string> {
    if (request.includes('\n')) throw new Error(`a request of more than a line: ${request}`);
    this.#process ??= this.#start();
    const process = await this.#process;
    if (this.#gone !== undefined) throw gone(doing, this.#gone);
    const asked = { doing, id: String(++this.#requests), answer: deferred<string>() };
    this.#asked.push(asked);
    // Where it takes no input any more, its end says why.
    await process.write(`${asked.id} ${request}\n`).catch(() => undefined);
    return asked.answer.promise;
  }

  async #start(): Promise<Process> {
    const process = await this.#host.spawn([this.#path]);
    void this.#read(process).catch((error: unknown) => this.#fail(String(error)));
    return process;
  }

  async #read(process: Process): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of process.stdout) {
      text += decoder.decode(bytes, { stream: true });
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#answer(line);
    }
    const { exitCode, stderr } = await process.exited;
    this.#fail(stderr.trim() || `it ended with ${exitCode}`);
  }

  #answer(line: string): void {
    const [, id, outcome, rest = ''] = /^(\S+) (ok|error)(.*)$/.exec(line) ?? [];
    const asked = this.#asked.shift();
    if (asked === undefined) return;
    if (asked.id !== id) {
      asked.answer.reject(
        new UserError(`cannot ${asked.doing}: the attendant answered "${line}" to ${asked.id}`),
      );
    } else if (outcome === 'ok') asked.answer.resolve(rest.trim());
    else asked.answer.reject(new UserError(`cannot ${asked.doing}: ${rest.trim()}`));
  }

  #fail(why: string): void {
    this.#gone = why;
    for (const { doing, answer } of this.#asked.splice(0)) answer.reject(gone(doing, why));
  }
}

function gone(doing: string, why: string): UserError {
  return new UserError(`cannot ${doing}: the attendant in Dom0 is gone: ${why}`);
}

/** A group of the answer; what a name is made of does not end it before the next group or the end. */
const GROUP =
  /(\d+) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (running|paused|dying|shutdown:\d+) (.*?)(?: (?=\d+ [0-9a-f]{8}-[0-9a-f-]{27} (?:running|paused|dying|shutdown:\d+) )|$)/y;

/**
 * Reads an answer to `list`: groups of id, UUID, state and name.
 * @throws UserError when it is none
 */
export function parseDomains(text: string): ListedDomain[] {
  const domains: ListedDomain[] = [];
  GROUP.lastIndex = 0;
  for (let at = 0; at < text.length; at = GROUP.lastIndex) {
    const [, domid, uuid = '', state = '', name = ''] = GROUP.exec(text) ?? [];
    if (domid === undefined) {
      throw new UserError(`the attendant's list of domains cannot be read: ${text.slice(at)}`);
    }
    const isPaused = state === 'paused';
    domains.push({ domid: Number(domid), uuid, state: shutdownState(state), isPaused, name });
  }
  return domains;
}
