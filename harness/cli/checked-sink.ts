/**
 * Standard output whose faults are not lost: a full disk is an error of the command, and a reader that went
 * away (`| head`) is none.
 */
import { Writable } from 'node:stream';
import { UserError } from '../../infra/errors.ts';
import type { Sink } from './output.ts';

/** A stream whose text can be waited for. */
export interface CheckedSink extends Sink {
  /** Waits until everything is written. @returns what kept some of it from being written */
  settled(): Promise<UserError | undefined>;
}

class CheckedStream implements CheckedSink {
  readonly #stream: Writable & Sink;
  readonly #pending = new Set<Promise<void>>();
  #fault: NodeJS.ErrnoException | undefined;

  constructor(stream: Writable & Sink) {
    this.#stream = stream;
    // Without a listener, a reader that went away would end the process.
    stream.on('error', (error) => {
      this.#fault ??= error;
    });
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    return this.#stream.columns ?? 80;
  }

  get rows(): number {
    return this.#stream.rows ?? 24;
  }

  write(text: string): void {
    if (this.#fault !== undefined) return;
    const written = new Promise<void>((resolve) => {
      this.#stream.write(text, (error) => {
        if (error) this.#fault ??= error;
        resolve();
      });
    });
    this.#pending.add(written);
    void written.then(() => this.#pending.delete(written));
  }

  async settled(): Promise<UserError | undefined> {
    await Promise.all(this.#pending);
    if (this.#fault === undefined || this.#fault.code === 'EPIPE') return undefined;
    return new UserError(`Standard output cannot be written: ${this.#fault.message}`, {
      advice: 'Make room, or write elsewhere. Files that the command wrote by itself are whole.',
      cause: this.#fault,
    });
  }
}

/** The sink, checked where it is a stream of the system. */
export function checked(sink: Sink): CheckedSink {
  if (sink instanceof Writable) return new CheckedStream(sink);
  return {
    write: (text) => sink.write(text),
    get isTTY() {
      return sink.isTTY === true;
    },
    ...(sink.columns === undefined ? {} : { columns: sink.columns }),
    ...(sink.rows === undefined ? {} : { rows: sink.rows }),
    settled: async () => undefined,
  };
}
