/**
 * Records of one job out of its fragments: in order, each once, none missing.
 */
import { ProtocolError } from './errors.ts';
import type { Fragment } from './fragment.ts';

/** A whole record, not yet understood. */
export interface RawRecord {
  index: number;
  type: string;
  payload: Uint8Array;
}

/** Records that may wait for an earlier one to become whole; a stream repeats, it does not reorder. */
const MAX_WAITING = 32;

interface Partial {
  type: string;
  fragments: (Fragment | undefined)[];
  missing: number;
}

/** Puts the fragments of one job together. */
export class RecordAssembler {
  readonly #seq: number;
  #next = 0;
  #partial = new Map<number, Partial>();
  /** CRCs of the fragments of records already handed on: repeats are compared with them. */
  #done: Uint32Array[] = [];

  constructor(seq: number) {
    this.#seq = seq;
  }

  /** Records handed on so far. */
  get delivered(): number {
    return this.#next;
  }

  /**
   * Takes a fragment and gives the records that are now whole and next in order.
   * @throws ProtocolError `conflict` or `missing`
   */
  add(fragment: Fragment): RawRecord[] {
    const known = this.#done[fragment.record];
    if (known !== undefined) {
      this.#same(fragment, known[fragment.fragment], known.length);
      return [];
    }
    const partial = this.#partial.get(fragment.record) ?? this.#begin(fragment);
    const held = partial.fragments[fragment.fragment];
    if (held !== undefined || fragment.fragments !== partial.fragments.length) {
      this.#same(fragment, held?.crc, partial.fragments.length);
      return [];
    }
    if (fragment.type !== partial.type) this.#conflict(fragment);
    partial.fragments[fragment.fragment] = fragment;
    partial.missing--;
    return this.#deliver();
  }

  /** What is incomplete, for an error message. */
  describeGap(): string {
    const partial = this.#partial.get(this.#next);
    if (partial === undefined) return `record ${this.#next} never arrived`;
    const absent = partial.fragments.flatMap((held, index) => (held ? [] : [index]));
    return `record ${this.#next} (type ${partial.type}) lacks fragment ${absent.slice(0, 8).join(', ')} of ${partial.fragments.length}`;
  }

  #begin(fragment: Fragment): Partial {
    if (fragment.record > this.#next + MAX_WAITING) {
      throw new ProtocolError('missing', `Job ${this.#seq}: ${this.describeGap()}.`);
    }
    const partial = {
      type: fragment.type,
      fragments: new Array<Fragment | undefined>(fragment.fragments).fill(undefined),
      missing: fragment.fragments,
    };
    this.#partial.set(fragment.record, partial);
    return partial;
  }

  #deliver(): RawRecord[] {
    const whole: RawRecord[] = [];
    for (;;) {
      const partial = this.#partial.get(this.#next);
      if (partial === undefined || partial.missing > 0) break;
      const fragments = partial.fragments as Fragment[];
      whole.push({
        index: this.#next,
        type: partial.type,
        payload: Buffer.concat(fragments.map((fragment) => fragment.payload)),
      });
      this.#done.push(Uint32Array.from(fragments, (fragment) => fragment.crc));
      this.#partial.delete(this.#next);
      this.#next++;
    }
    const last = [...this.#partial.values()].find(
      (partial) => partial.type === 'E' && partial.missing === 0,
    );
    if (last !== undefined) {
      throw new ProtocolError('missing', `Job ${this.#seq}: ${this.describeGap()}.`);
    }
    return whole;
  }

  #same(fragment: Fragment, crc: number | undefined, fragments: number): void {
    if (fragment.crc !== crc || fragment.fragments !== fragments) this.#conflict(fragment);
  }

  #conflict(fragment: Fragment): never {
    throw new ProtocolError(
      'conflict',
      `Job ${this.#seq}: fragment ${fragment.fragment} of record ${fragment.record} arrived twice with different contents.`,
    );
  }
}
