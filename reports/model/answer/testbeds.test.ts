import { describe, expect, it } from 'vitest';
import { BENCHMARKS } from '../../../bench/registry.ts';
import { readResult } from '../../../results/store/reader.ts';
import { MOST_CHARACTERS } from './line.ts';
import { testbedsLine } from './testbeds.ts';

const REFERENCE = new URL('../../../results/reference/emulated', import.meta.url).pathname;

describe('testbedsLine', () => {
  it('gives the same ratio of each testbed, in as many names as fit', async () => {
    const { summary } = await readResult(REFERENCE);
    const two = [
      { testbed: 'lab', summary },
      { testbed: 'emulated', summary },
      { testbed: 'attic', summary: null },
    ];
    const ratio = String.raw`5\.97\d \(5\.97\d–5\.97\d\)`;
    expect(testbedsLine(two, BENCHMARKS)).toMatch(
      new RegExp(
        `^2 of 3 testbeds succeeded; Dom0 over Mini-OS in page-walk cold: lab ${ratio}, emulated ${ratio}\\. In brackets: 95 %\\.$`,
      ),
    );
    const many = Array.from({ length: 30 }, (_, i) => ({ testbed: `a-host-${i}`, summary }));
    const line = testbedsLine(many, BENCHMARKS);
    expect(line).toMatch(new RegExp(`a-host-0 ${ratio} and 29 more\\.`));
    expect(line.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(testbedsLine([{ testbed: 'lab', summary: null }], BENCHMARKS)).toBe(
      '0 of 1 testbeds succeeded.',
    );
  });
});
