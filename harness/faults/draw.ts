/** Which introspector is killed when and how: drawn by a seed, so that the same kills can be made again. */
import { seededRandom } from '../plan/prng.ts';

/** Guests that are introspected meanwhile, by how their vcpus are. */
export const GUESTS = [
  { name: 'one', vcpus: 1, maxvcpus: 1 },
  { name: 'two', vcpus: 2, maxvcpus: 2 },
  { name: 'offline', vcpus: 1, maxvcpus: 2 },
] as const;

/** What is killed: a page-walk, who listens to events, or what takes a dead listener's events off. */
export const MOMENTS = ['page-walk', 'events', 'clean'] as const;

/** What it is killed with. */
export const SIGNALS = ['KILL', 'TERM', 'HUP'] as const;

/** Kinds of event that are listened to. */
export const KINDS = ['cpuid', 'cr3-write'] as const;

/** Longest time from a beginning to the kill, in milliseconds, by what is killed. */
const LONGEST_MS = { 'page-walk': 1500, events: 1500, clean: 300 } as const;

/** One kill. */
export interface Kill {
  /** From 1. */
  number: number;
  guest: (typeof GUESTS)[number];
  moment: (typeof MOMENTS)[number];
  signal: (typeof SIGNALS)[number];
  kind: (typeof KINDS)[number];
  /** Milliseconds after the beginning. */
  afterMs: number;
}

/** Draws kills: each in turn of another guest, moment and signal, so that all are met as often. */
export function drawKills(count: number, seed: number): Kill[] {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[], turn: number) => from[turn % from.length] as T;
  return Array.from({ length: count }, (_, turn) => {
    const moment = pick(MOMENTS, turn);
    return {
      number: turn + 1,
      guest: pick(GUESTS, Math.floor(turn / MOMENTS.length)),
      moment,
      signal: pick(SIGNALS, Math.floor(turn / (MOMENTS.length * GUESTS.length))),
      kind: pick(KINDS, random.below(KINDS.length)),
      afterMs: random.below(LONGEST_MS[moment]),
    };
  });
}
