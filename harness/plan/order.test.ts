import { describe, expect, it } from 'vitest';
import { blockOrder } from './order.ts';
import { seededRandom } from './prng.ts';

const ARMS = ['a', 'b'];
const STATES = ['cold', 'tables', 'warm', 'batch'];

describe('blockOrder', () => {
  it('gives every arm and state the same mean position, so that a linear drift cancels', () => {
    const order = blockOrder(ARMS, STATES, seededRandom(5));
    expect(order).toHaveLength(16);
    for (const state of STATES) {
      for (const arm of ARMS) {
        const places = order.flatMap((turn, place) =>
          turn.arm === arm && turn.state === state ? [place] : [],
        );
        expect(places).toHaveLength(2);
        expect((places[0] ?? 0) + (places[1] ?? 0)).toBe(order.length - 1);
      }
    }
  });

  it('puts the arms of a state next to each other', () => {
    const order = blockOrder(ARMS, STATES, seededRandom(9));
    for (let i = 0; i < order.length; i += 2) expect(order[i]?.state).toBe(order[i + 1]?.state);
  });

  it('lets each arm come first about equally often', () => {
    const random = seededRandom(2);
    let first = 0;
    for (let i = 0; i < 1000; i++) if (blockOrder(ARMS, ['s'], random)[0]?.arm === 'a') first++;
    expect(Math.abs(first - 500)).toBeLessThan(60);
  });
});
