/**
 * When each part of a batch was, from its samples and the readings of the clock around them.
 */
import type { Part } from '../../../bench/anatomy/index.ts';
import { type Batch, SAMPLE_FIELDS, type Samples, type Stamps } from '../../protocol/records.ts';

/** A part of a batch or of one of its pages, from one reading of the clock to the next. */
export interface Span {
  part: Part;
  from: bigint;
  to: bigint;
}

/** A batch with the readings of the clock in it. */
export interface StampedBatch {
  batch: Batch;
  samples: Samples;
  stamps: Stamps;
}

const WALK = SAMPLE_FIELDS.indexOf('walk');
const MAP = SAMPLE_FIELDS.indexOf('map');
const COPY = SAMPLE_FIELDS.indexOf('copy');

/** All parts in the order of time. Between two pages, where the digest is made, there is none. */
export function spansOf({ samples, stamps }: StampedBatch): Span[] {
  const spans: Span[] = [{ part: 'open', from: stamps.opening, to: stamps.opened }];
  for (const [page, start] of stamps.pages.entries()) {
    let from = start;
    const add = (part: Part, field: number) => {
      const ticks = samples.ticks[page * SAMPLE_FIELDS.length + field] as number;
      const to = from + BigInt(ticks);
      if (ticks > 0) spans.push({ part, from, to });
      from = to;
    };
    add('walk', WALK);
    add('map', MAP);
    add('copy', COPY);
  }
  spans.push({ part: 'close', from: stamps.closing, to: stamps.closed });
  return spans;
}

/** The readings of the clock that the parts lie between, in the order of time. */
export function readingsOf(spans: readonly Span[]): bigint[] {
  const readings: bigint[] = [];
  for (const { from, to } of spans) {
    for (const reading of [from, to]) {
      if (reading !== readings.at(-1)) readings.push(reading);
    }
  }
  return readings;
}
