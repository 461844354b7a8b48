/**
 * What ending a run by the width of its own interval (`run --until`) does to how often that interval
 * covers: the same rule, on made-up blocks and boots.
 */
import { type BlockPair, ratioOfArms } from '../analyse/ratio.ts';
import { isLook, MOST_BLOCKS } from '../plan/until.ts';
import type { Design } from './coverage.ts';
import { pairsOf, type Side } from './designs.ts';

/** A ratio of arms whose units are added until its interval is so wide at most, in percent. */
function until(name: string, percent: number, unit: Side): Design {
  return {
    what: 'ratio of arms',
    name,
    trial(normal) {
      const pairs: BlockPair[] = [];
      for (let units = 1; ; units++) {
        const added = pairsOf(unit, normal);
        pairs.push(...(unit.spread.boot ? added.map((pair) => ({ ...pair, boot: units })) : added));
        if (!isLook(units) && units < MOST_BLOCKS) continue;
        const interval = ratioOfArms(pairs).interval95 ?? null;
        const narrow = interval !== null && 100 * (interval[1] / interval[0] - 1) <= percent;
        if (narrow || units >= MOST_BLOCKS) return { interval, truth: 1 };
      }
    },
  };
}

const BLOCK: Side = { shape: { blocks: 1, pages: 50 }, spread: { block: 0.01, page: 0.02 } };
const BOOT: Side = {
  shape: { blocks: 2, pages: 30 },
  spread: { boot: 0.02, block: 0.005, page: 0.02 },
};

/** Rows of the published table. */
export const UNTIL_DESIGNS: readonly Design[] = [
  until('1 boot, blocks added until 1 %', 1, BLOCK),
  until('boots added until 2 %', 2, BOOT),
];
