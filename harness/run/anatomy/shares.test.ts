import { describe, expect, it } from 'vitest';
import { sharesOf } from './shares.ts';
import type { Span } from './spans.ts';

const span = (part: Span['part']): Span => ({ part, from: 0n, to: 1n });

describe('sharesOf', () => {
  it('takes the median of what each page does, and an equal share of what the batch does', () => {
    const spans = [span('open'), span('walk'), span('walk'), span('walk'), span('close')];
    const amounts = [{ hypercalls: 6 }, { hypercalls: 4 }, { traps: 1 }, { hypercalls: 5 }, {}].map(
      (amount) => new Map(Object.entries(amount)),
    );
    const shares = sharesOf(spans, amounts, 3);
    expect(shares.get('open')).toEqual(new Map([['hypercalls', 2]]));
    expect(shares.get('walk')).toEqual(
      new Map([
        ['hypercalls', 4],
        ['traps', 0],
      ]),
    );
    expect(shares.get('close')).toEqual(new Map());
    expect(shares.has('map')).toBe(false);
  });
});
