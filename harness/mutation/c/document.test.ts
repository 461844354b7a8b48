import { expect, it } from 'vitest';
import {
  documentOf,
  type Result,
  scoresOf,
  scoreTable,
  type Tried,
  wrongExcuses,
} from './document.ts';
import type { Mutant, Outcome } from './mutant.ts';
import { MUTANT } from './testing.ts';

const tried = (outcome: Outcome, changes: Partial<Mutant> = {}): Tried => ({
  mutant: { ...MUTANT, ...changes },
  verdict: { outcome, by: outcome === 'killed' ? 'a test' : '' },
});

const RESULT: Result = {
  seed: 3,
  commit: 'abc',
  changed: false,
  lines: { 'vmi/walk.c': 100, 'vmi/read.c': 1000, 'platform/xen/life.c': 5 },
  tried: [
    tried('killed', { line: 1, text: 'x' }),
    tried('survived'),
    tried('survived', { line: 8, text: 'c = a < b;' }),
    tried('killed', { file: 'platform/xen/life.c' }),
  ],
  excuses: [{ file: 'vmi/walk.c', text: 'if (a < b)', from: '<', to: '<=', why: 'they differ.' }],
};

it('counts by room, without what is excused', () => {
  expect([...scoresOf(RESULT)]).toEqual([
    ['platform/xen', { files: 1, lines: 5, mutants: 1, killed: 1, excused: 0, survived: 0 }],
    ['vmi', { files: 2, lines: 1100, mutants: 3, killed: 1, excused: 1, survived: 1 }],
  ]);
  expect(scoreTable(RESULT)).toContain('| `vmi` | 2 | 1,100 | 3 | 1 | 1 | 1 | 50.0 % |');
  expect(scoreTable(RESULT)).toContain('| all | 3 | 1,105 | 4 | 2 | 1 | 1 | 66.7 % |');
});

it('lists what went unnoticed apart from what is excused', () => {
  const [, unnoticed = '', excused = ''] = documentOf(RESULT).split(/^## (?:Unnoticed|Excused)$/m);
  expect(unnoticed).toContain('| `vmi/walk.c:8` | bound moved by one | `<` → `<=` |  |');
  expect(unnoticed).not.toContain('vmi/walk.c:7');
  expect(excused).toContain('| `vmi/walk.c:7` | `<` → `<=` | they differ. |');
});

it('tells of excuses for what a test notices', () => {
  expect(wrongExcuses(RESULT)).toEqual([]);
  const noticed = { ...RESULT, tried: [tried('killed')] };
  expect(wrongExcuses(noticed)).toEqual(RESULT.excuses);
});
