/**
 * A command on a host, over ssh or on this machine, whose output is read as it comes.
 *
 * The first line of its standard error is its process id there, so that it can be killed: closing an
 * ssh channel alone would leave a command that neither reads nor writes.
 */
import { PassThrough, pipeline, type Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { UserError } from '../errors.ts';
import type { CommandResult, Process } from '../testbed.ts';
import { OUT_OF_CTRL_C } from './death.ts';
import { deferred } from './deferred.ts';

/** The child of ours that runs it: an ssh client, or the command itself. */
export interface RunningChild
  extends PromiseLike<{ exitCode?: number | undefined; signal?: string | undefined }> {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  kill(signal?: NodeJS.Signals): boolean;
}

/** How execa starts such a child: nothing is kept for its end, which is a result however it came. */
export const READ_AS_IT_COMES = {
  ...OUT_OF_CTRL_C,
  stdin: 'pipe',
  stdout: 'pipe',
  stderr: 'pipe',
  buffer: false,
  reject: false,
} as const;

/** Error output that is kept. */
const MAX_ERROR_CHARACTERS = 64 * 1024;
const KILLED = 137;
/** The first line, which tells that the command has begun. */
const BEGUN = /^(\d+)\n/;
/** Script of a shell that writes that line and becomes the command that its arguments are. */
const BEGIN = 'echo "$$" >&2; exec "$@"';

/** The command that runs `argv` and says first, on standard error, as which process. */
export function beginning(argv: readonly string[]): string[] {
  return ['sh', '-c', BEGIN, 'sh', ...argv];
}

/** One running command. */
export class BegunProcess implements Process {
  readonly exited: Promise<CommandResult>;
  readonly #child: RunningChild;
  readonly #killThere: (pid: string) => Promise<void>;
  readonly #pid = deferred<string | undefined>();
  /** Keeps what comes before anybody reads: execa throws away what no one reads at once. */
  readonly #output = new PassThrough();
  #stderr = '';
  #done = false;

  constructor(child: RunningChild, killThere: (pid: string) => Promise<void>) {
    this.#child = child;
    this.#killThere = killThere;
    child.stdin.on('error', () => undefined);
    pipeline(child.stdout, this.#output, () => undefined);
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => this.#readError(text));
    const errorsRead = finished(child.stderr).catch(() => undefined);
    this.exited = Promise.all([child, errorsRead]).then(([result]) => {
      this.#done = true;
      this.#pid.resolve(undefined);
      return {
        exitCode: result.exitCode ?? KILLED,
        stdout: '',
        stderr: this.#stderr.replace(BEGUN, ''),
      };
    });
  }

  /** Whether the command began on the host; false when ssh ended before that. */
  get begun(): Promise<boolean> {
    return this.#pid.promise.then((pid) => pid !== undefined);
  }

  get stdout(): AsyncIterable<Uint8Array> {
    return this.#output;
  }

  async write(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#child.stdin.write(text, (error) => {
        if (error)
          reject(new UserError(`the process on the host takes no input: ${error.message}`));
        else resolve();
      });
    });
  }

  async end(): Promise<void> {
    await new Promise<void>((resolve) => this.#child.stdin.end(resolve));
  }

  async kill(): Promise<void> {
    if (this.#done) return;
    const pid = await Promise.race([this.#pid.promise, this.exited.then(() => undefined)]);
    if (pid !== undefined && !this.#done) await this.#killThere(pid);
    this.#child.kill('SIGTERM');
    this.#output.resume();
    await this.exited;
  }

  #readError(text: string): void {
    if (this.#stderr.length < MAX_ERROR_CHARACTERS) this.#stderr += text;
    const [, pid] = BEGUN.exec(this.#stderr) ?? [];
    if (pid !== undefined) this.#pid.resolve(pid);
  }
}
