/**
 * A stream of bytes from an introspector, read one job at a time.
 */
import { RecordAssembler } from './assembler.ts';
import { ProtocolError } from './errors.ts';
import { type Fragment, FragmentScanner } from './fragment.ts';
import { type ProtocolRecord, parseRecord } from './records.ts';

/** Reads the records of job after job from one stream. */
export class RecordStream {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #scanner = new FragmentScanner();
  #queue: Fragment[] = [];

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The last lines that were no frames. */
  get noise(): readonly string[] {
    return this.#scanner.noise;
  }

  /**
   * Records of job `seq`, its end record last. Frames of earlier jobs are repeats and are left
   * out. `alive` is called for each frame that arrived whole: noise is no sign of life.
   * @throws ProtocolError when anything is missing, contradictory or senseless
   */
  async *job(seq: number, alive: () => void = () => {}): AsyncGenerator<ProtocolRecord, void> {
    const assembler = new RecordAssembler(seq);
    for (;;) {
      const fragment = await this.#next(seq, assembler);
      alive();
      if (fragment.seq < seq) continue;
      if (fragment.seq > seq) {
        throw new ProtocolError(
          'unexpected',
          `An answer to job ${fragment.seq} arrived, but the last job was ${seq}.`,
        );
      }
      for (const raw of assembler.add(fragment)) {
        const record = parseRecord(raw);
        yield record;
        if (record.type === 'E') return;
      }
    }
  }

  async #next(seq: number, assembler: RecordAssembler): Promise<Fragment> {
    for (;;) {
      const fragment = this.#queue.shift();
      if (fragment !== undefined) return fragment;
      const chunk = await this.#source.next();
      if (chunk.done) {
        throw new ProtocolError('cut', `Job ${seq}: the stream ended; ${assembler.describeGap()}.`);
      }
      this.#queue = this.#scanner.push(chunk.value);
    }
  }
}
