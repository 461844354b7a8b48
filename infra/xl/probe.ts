/** The probe on a host (native/probe). */
import { UserError } from '../errors.ts';
import type { HostState, Probe } from '../testbed.ts';
import { type CommandHost, mustRun } from './commands.ts';

/** The value of a key of what the probe prints. @throws UserError when it is not there */
function numberIn(line: string, key: string): bigint {
  const digits = new RegExp(`\\b${key}=(\\d+)\\b`).exec(line)?.[1];
  if (digits === undefined) throw new UserError(`the probe in Dom0 printed no ${key}: "${line}"`);
  return BigInt(digits);
}

/** Reads a line of `probe state`. */
export function parseState(line: string): HostState {
  return {
    clock: numberIn(line, 'clock'),
    freePages: Number(numberIn(line, 'free')),
    pages: Number(numberIn(line, 'pages')),
    ranNs: numberIn(line, 'ran'),
  };
}

/** The probe, run by commands. */
export class HostProbe implements Probe {
  readonly path: string;
  readonly #host: CommandHost;

  /** @param path absolute, on the host. */
  constructor(host: CommandHost, path: string) {
    this.#host = host;
    this.path = path;
  }

  async state(domid: number): Promise<HostState> {
    return parseState(await this.#ask('read the host', 'state', domid));
  }

  async unpause(domids: readonly number[]): Promise<bigint> {
    return numberIn(await this.#ask('unpause the domain', 'unpause', ...domids), 'clock');
  }

  async #ask(doing: string, command: string, ...domids: number[]): Promise<string> {
    const argv = [this.path, command, ...domids.map(String)];
    return (await mustRun(this.#host, doing, argv)).stdout.trim();
  }
}
