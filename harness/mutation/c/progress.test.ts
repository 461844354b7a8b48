import { expect, it } from 'vitest';
import type { Outcome } from './mutant.ts';
import { Progress } from './progress.ts';
import { MUTANT } from './testing.ts';

it('estimates by what was tried anew, with the time of what came to nothing', () => {
  let ms = 0;
  const lines: string[] = [];
  const progress = new Progress(
    12,
    (line) => lines.push(line),
    () => ms,
  );
  const told = (outcome: Outcome, seconds: number, isKept = false) => {
    ms += seconds * 1000;
    progress.told(MUTANT, { outcome, by: outcome === 'killed' ? 'a test' : '' }, isKept);
  };
  told('killed', 0, true);
  told('none', 20);
  told('killed', 40);
  told('survived', 0);
  expect(lines).toEqual([
    '1/12 vmi/walk.c:7: bound moved by one: < -> <=: killed (a test), kept',
    '2/12 vmi/walk.c:7: bound moved by one: < -> <=: killed (a test); 10 min left',
    '3/12 vmi/walk.c:7: bound moved by one: < -> <=: survived; 5 min left',
  ]);
});
