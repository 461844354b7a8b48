/** One QEMU process: started, watched on its serial console, and ended by its own handle. */
import { createWriteStream } from 'node:fs';
import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { dyingWithUs, OUT_OF_CTRL_C } from '../process/death.ts';
import { deferred } from '../process/deferred.ts';
import type { Emulator } from '../tools/emulator.ts';
import { type BootEvent, BootWatch } from './boot-watch.ts';

const SHOWN_LINES = 12;
const PATIENCE_MS = 5000;

/** Who is told of what a machine's console says. */
export interface QemuWatch {
  /** Path of a file that gets the serial console's bytes. */
  log: string;
  /** How far the boot has come. */
  onStage(text: string): void;
  /** Dom0 waits to be told what only this machine has, or took a line of it (admission.ts). */
  onWaits?(): void;
  onTook?(): void;
}

/** A running machine. */
export class Qemu {
  readonly #child: ReturnType<typeof launch>;
  readonly #watch: BootWatch;
  readonly #ready = deferred<void>();
  readonly #waits = deferred<void>();
  readonly #dead = deferred<string>();
  #stopping = false;

  /** Starts the machine. */
  constructor(emulator: Startable, args: readonly string[], watch: QemuWatch) {
    this.#watch = new BootWatch((event) => this.#onEvent(event, watch));
    this.#child = launch(emulator, args);
    const copy = createWriteStream(watch.log);
    this.#child.stdout.on('data', (bytes: Buffer) => {
      copy.write(bytes);
      this.#watch.push(bytes);
    });
    void this.#child.then((result) => {
      copy.end();
      const ending = result.signal === undefined ? `code ${result.exitCode}` : result.signal;
      const said = String(result.stderr ?? '').trim();
      this.#dead.resolve(`QEMU ended with ${ending}${said === '' ? '' : `: ${said}`}`);
    });
  }

  /** QEMU's process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves with the reason when the machine is gone or has crashed, unless it was stopped. */
  get dead(): Promise<string> {
    return this.#dead.promise;
  }

  /** The console's newest lines, indented, for error messages. */
  lastWords(): string {
    return this.#watch
      .lastLines(SHOWN_LINES)
      .map((line) => `  ${line}`)
      .join('\n');
  }

  /**
   * Waits until Dom0 says that it is ready.
   * @throws UserError when the machine dies or takes longer.
   */
  ready(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#until(this.#ready.promise, timeoutMs, signal);
  }

  /**
   * Waits until Dom0 has waited for the first time to be told what only this machine has.
   * @throws UserError when the machine dies or takes longer.
   */
  waits(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#until(this.#waits.promise, timeoutMs, signal);
  }

  async #until(reached: Promise<void>, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const cancelled = deferred<never>();
    const onAbort = () => cancelled.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(
      () => cancelled.reject(this.error(`Dom0 is not up after ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    try {
      signal.throwIfAborted();
      const death = await Promise.race([
        reached.then(() => undefined),
        this.#dead.promise,
        cancelled.promise,
      ]);
      if (death !== undefined) throw this.error(death);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the machine; idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    await this.#child;
    clearTimeout(timer);
  }

  /** Types a line on the serial console. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  #onEvent(event: BootEvent, watch: QemuWatch): void {
    if (this.#stopping) return;
    if (event.kind === 'stage') watch.onStage(event.text);
    if (event.kind === 'waits') {
      watch.onWaits?.();
      this.#waits.resolve();
    }
    if (event.kind === 'took') watch.onTook?.();
    if (event.kind === 'ready') this.#ready.resolve();
    if (event.kind === 'fatal') this.#dead.resolve(event.text);
  }

  /** An error that says how the machine died, with its last words. */
  error(what: string): UserError {
    if (/ENOENT|failed to execute/.test(what)) {
      return new UserError(`QEMU cannot be run: ${what}`, {
        advice: 'remove the folders emulator-* below entries/ of the cache, and run again',
      });
    }
    return new UserError(`the emulated host did not start: ${what}\n${this.lastWords()}`, {
      advice:
        'the whole console is in the log named above; `tinyvmi-bench doctor` checks the machine',
    });
  }
}

/** How an emulator is started. */
type Startable = Pick<Emulator, 'file' | 'args' | 'env'>;

function launch(emulator: Startable, args: readonly string[]) {
  const [file, argv] = dyingWithUs(emulator.file, [...emulator.args, ...args]);
  return execa(file, argv, {
    ...OUT_OF_CTRL_C,
    env: emulator.env,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: { stdout: false, stderr: true },
    reject: false,
  });
}
