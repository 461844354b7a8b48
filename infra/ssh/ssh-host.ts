/**
 * A host that is reached by the system's ssh client, over one kept connection (ControlMaster): the key
 * exchange is paid once, and the end of the connection is the end of the host.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { execa } from 'execa';
import { copiedMode } from '../copied-mode.ts';
import { messageOf, UserError } from '../errors.ts';
import { adviceForTool } from '../packages.ts';
import { BegunProcess, beginning, READ_AS_IT_COMES } from '../process/begun-process.ts';
import { dyingWithUs, OUT_OF_CTRL_C } from '../process/death.ts';
import { deferred } from '../process/deferred.ts';
import { runToEnd } from '../process/run-to-end.ts';
import { Turns } from '../process/turns.ts';
import type { CommandResult, CopyOptions, Host, Process, RunOptions } from '../testbed.ts';
import { quoteAll } from './quote.ts';
import { isDropped, unreachable } from './unreachable.ts';

/** How to reach a host. */
export interface SshDestination {
  /** `[user@]host`, or an alias of the user's ssh configuration. */
  host: string;
  /** Options of ssh(1) in front of it: port, identity, known hosts … */
  options: readonly string[];
  /** The command by which a user reaches it as we do, for advice; default: `ssh <host>`. */
  byHand?: string;
  /** Socket of the kept connection; at most 80 characters, its folder must exist. */
  controlPath: string;
}

const RETRY_EVERY_MS = 500;
/** How often in all a host is tried that drops the connection before the login. */
const MAX_KNOCKS = 5;
/** What ssh itself exits with when it cannot reach the host, or the channel ends without an exit code. */
const SSH_FAILED = 255;

/** Unpacks standard input into the file $1 with the mode $2, whole or not at all. */
const UNPACK =
  'if gzip -dc > "$1.part" && chmod "$2" "$1.part" && mv "$1.part" "$1"; then :; else rm -f "$1.part"; exit 1; fi';

/** Level of zlib. A better one costs more here than it saves there. */
const FASTEST = 1;

/** How often a command is sent that did not begin. */
const MAX_SENDINGS = 5;

/** One host, connected or not. */
export class SshHost implements Host {
  readonly #destination: SshDestination;
  #master: ReturnType<typeof launchMaster> | undefined;
  #closing = false;
  readonly #lost = deferred<string>();
  /**
   * One command after another, one whose output is read as it comes until it has begun. When a command
   * ends while another's channel is open and its program not yet asked for, dropbear 2022.83 closes that
   * channel, and ends the whole connection if its program is then asked for
   * (https://github.com/mkj/dropbear/issues/321).
   */
  readonly #turns = new Turns();
  /** Processes on the host that the next command kills, all in one. */
  #doomed: { pids: string[]; killed: Promise<void> } | undefined;

  constructor(destination: SshDestination) {
    this.#destination = destination;
  }

  /** Resolves with the reason when the connection ends without `close`. */
  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  /**
   * Opens the connection. One that is dropped before the login is opened again: a server that is busy
   * with logins drops some at random (sshd_config: MaxStartups), and the emulated host's idle clock runs
   * so fast that its server's 300 seconds for a login pass in a third of one of ours.
   * @param options.boots the host may refuse at first: tried again until the time is over.
   * @throws UserError with ssh's last words.
   */
  async connect(
    timeoutMs: number,
    signal?: AbortSignal,
    { boots = false }: { boots?: boolean } = {},
  ): Promise<void> {
    const until = Date.now() + timeoutMs;
    for (let knocks = 1; ; knocks++) {
      signal?.throwIfAborted();
      const failure = await this.#tryConnect(until, signal);
      if (failure === undefined) return;
      const again = boots || (isDropped(failure) && knocks < MAX_KNOCKS);
      if (!again || Date.now() > until) throw unreachable(this.#destination, failure);
      await sleep(RETRY_EVERY_MS, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** Undefined when the connection stands; else why not. */
  async #tryConnect(until: number, signal: AbortSignal | undefined): Promise<string | undefined> {
    const master = launchMaster([...this.#options(), this.#destination.host]);
    const ended = master.then((result) => {
      const said = String(result.stderr).trim();
      if (said !== '' || result.exitCode === SSH_FAILED) return said;
      return `ssh ended with ${result.exitCode ?? result.signal}`;
    });
    ended.catch(() => undefined);
    let over = false;
    try {
      const up = (async () => {
        while (!over) {
          const socket = await stat(this.#destination.controlPath).catch(() => undefined);
          if (socket?.isSocket()) return undefined;
          await sleep(50, undefined, signal === undefined ? {} : { signal });
          if (Date.now() > until) return 'no answer in time';
        }
        return undefined;
      })();
      const failure = await Promise.race([up, ended]);
      if (failure !== undefined) {
        master.kill('SIGKILL');
        return failure;
      }
    } catch (error) {
      master.kill('SIGKILL');
      throw error;
    } finally {
      over = true;
    }
    this.#master = master;
    void ended.then((reason) => {
      if (!this.#closing) this.#lost.resolve(`the connection ended: ${words(reason)}`);
    });
    return undefined;
  }

  /** Runs a command to its end; a non-zero exit is a result, a lost host a `UserError`. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    options.signal?.throwIfAborted();
    return this.#turns.take(() => this.#run(argv, options), options.signal);
  }

  #run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return this.#untilBegun(argv, async () => {
      const what = `"${briefly(argv)}" on the host`;
      const result = await runToEnd('ssh', this.#command(argv), options, what);
      const { exitCode } = result;
      if (exitCode === undefined) {
        throw new UserError(`ssh could not be run: ${result.shortMessage}`, {
          advice: adviceForTool('ssh'),
        });
      }
      return { exitCode, stdout: result.stdout, stderr: result.stderr };
    });
  }

  /** Kills a process on the host, with all others that are to be killed by then. */
  #kill(pid: string): Promise<void> {
    if (this.#doomed !== undefined) {
      this.#doomed.pids.push(pid);
      return this.#doomed.killed;
    }
    const pids = [pid];
    const killed = this.#turns.take(async () => {
      this.#doomed = undefined;
      await this.#run(['kill', '-KILL', ...pids]).catch(() => undefined);
    });
    this.#doomed = { pids, killed };
    return killed;
  }

  /** Starts a command whose output is read as it comes. */
  async spawn(argv: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Process> {
    options.signal?.throwIfAborted();
    return this.#turns.take(() => this.#spawn(argv, options), options.signal);
  }

  async #spawn(argv: readonly string[], options: { signal?: AbortSignal }): Promise<Process> {
    for (let sending = 1; ; sending++) {
      const child = execa('ssh', this.#command(argv), READ_AS_IT_COMES);
      const process = new BegunProcess(child, (pid) => this.#kill(pid));
      options.signal?.addEventListener('abort', () => void process.kill(), { once: true });
      if (await process.begun) return process;
      const { exitCode, stderr } = await process.exited;
      options.signal?.throwIfAborted();
      if (exitCode !== SSH_FAILED) return process;
      this.#mayBeSentAgain(argv, stderr, sending);
    }
  }

  /**
   * Copies a file to the host, whole or not at all, keeping whether it can be executed. It travels
   * compressed: a kernel becomes a fifth, and what breaks off on the way has no checksum and is no file.
   */
  async put(localPath: string, remotePath: string, { signal }: CopyOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const mode = (await copiedMode(localPath)).toString(8);
    const argv = ['sh', '-c', UNPACK, 'sh', remotePath, mode];
    const { exitCode, stderr } = await this.#inTurn(
      argv,
      async () => {
        const child = execa('ssh', this.#command(argv), {
          ...OUT_OF_CTRL_C,
          ...(signal === undefined ? {} : { cancelSignal: signal }),
          stdin: 'pipe',
          reject: false,
          stripFinalNewline: false,
        });
        const sent = pipeline(
          createReadStream(localPath),
          createGzip({ level: FASTEST }),
          child.stdin,
        ).catch((error: unknown) => error);
        const result = await child;
        signal?.throwIfAborted();
        return ended(result, await sent);
      },
      signal,
    );
    if (exitCode !== 0) {
      throw new UserError(`cannot copy ${localPath} to ${remotePath} on the host: ${stderr}`);
    }
  }

  /** Copies a file from the host, whole or not at all. */
  async get(remotePath: string, localPath: string): Promise<void> {
    const argv = ['cat', remotePath];
    const { exitCode, stderr } = await this.#inTurn(argv, async () => {
      const child = execa('ssh', this.#command(argv), {
        ...OUT_OF_CTRL_C,
        stdin: 'ignore',
        stdout: 'pipe',
        buffer: { stdout: false },
        reject: false,
        stripFinalNewline: false,
      });
      const received = pipeline(child.stdout, createWriteStream(localPath)).catch(
        (error: unknown) => error,
      );
      return ended(await child, await received);
    });
    if (exitCode !== 0) {
      await rm(localPath, { force: true });
      throw new UserError(`cannot copy ${remotePath} from the host: ${stderr}`);
    }
  }

  /** Ends the connection; idempotent. */
  async close(): Promise<void> {
    this.#closing = true;
    const master = this.#master;
    this.#master = undefined;
    if (master === undefined) return;
    master.kill('SIGTERM');
    await master;
  }

  #options(): string[] {
    return [
      '-o',
      'BatchMode=yes',
      '-o',
      'LogLevel=ERROR',
      '-S',
      this.#destination.controlPath,
      ...this.#destination.options,
    ];
  }

  #command(argv: readonly string[]): string[] {
    return [
      '-T',
      '-o',
      'ControlMaster=no',
      ...this.#options(),
      this.#destination.host,
      '--',
      quoteAll(beginning(argv)),
    ];
  }

  /**
   * Sends a command until it begins: a channel may be closed before. A command that did not begin may be
   * sent again.
   */
  async #untilBegun(
    argv: readonly string[],
    send: () => Promise<CommandResult>,
  ): Promise<CommandResult> {
    for (let sending = 1; ; sending++) {
      const result = await send();
      const begun = /^\d+\n/.exec(result.stderr);
      const stderr = result.stderr.slice(begun?.[0].length ?? 0);
      if (result.exitCode === SSH_FAILED) this.#throwIfLost(argv, stderr);
      if (begun !== null || result.exitCode !== SSH_FAILED) return { ...result, stderr };
      this.#mayBeSentAgain(argv, stderr, sending);
    }
  }

  #inTurn(
    argv: readonly string[],
    send: () => Promise<CommandResult>,
    signal?: AbortSignal,
  ): Promise<CommandResult> {
    return this.#turns.take(() => this.#untilBegun(argv, send), signal);
  }

  /** @throws UserError when the host is lost, or the command was sent often enough */
  #mayBeSentAgain(argv: readonly string[], stderr: string, sendings: number): void {
    this.#throwIfLost(argv, stderr);
    if (sendings < MAX_SENDINGS) return;
    throw new UserError(
      `the host's ssh server did not begin "${briefly(argv)}", ${sendings} times: ${words(stderr)}`,
    );
  }

  #throwIfLost(argv: readonly string[], stderr: string): void {
    if (this.#master?.exitCode === null) return;
    throw new UserError(`the host was lost during "${briefly(argv)}": ${words(stderr)}`);
  }
}

function briefly(argv: readonly string[]): string {
  return argv.slice(0, 3).join(' ');
}

function words(stderr: string): string {
  return stderr.trim() || 'no word from ssh';
}

/** How a copy ended; one whose bytes did not all flow failed, whatever the command says. */
function ended(
  result: { exitCode?: number | undefined; stderr: string },
  failure: unknown,
): CommandResult {
  const { exitCode = SSH_FAILED, stderr } = result;
  if (failure === undefined || exitCode !== 0) return { exitCode, stdout: '', stderr };
  return { exitCode: 1, stdout: '', stderr: `${stderr}${messageOf(failure)}` };
}

function launchMaster(options: readonly string[]) {
  const [file, args] = dyingWithUs('ssh', ['-M', '-N', '-o', 'ControlPersist=no', ...options]);
  return execa(file, args, { ...OUT_OF_CTRL_C, stdin: 'ignore', stdout: 'ignore', reject: false });
}
