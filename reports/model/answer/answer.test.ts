import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { BENCHMARKS } from '../../../bench/registry.ts';
import { ARMS } from '../../../bench/words.ts';
import type { Measure, Ratio } from '../../../harness/analyse/analyse.ts';
import { readResult } from '../../../results/store/reader.ts';
import { type Result, STATUSES, type Summary } from '../../../results/types.ts';
import { MOST_CHARACTERS } from './line.ts';
import { answerOfRun } from './run.ts';

const REFERENCE = new URL('../../../results/reference/emulated', import.meta.url).pathname;

let reference: Result;
beforeAll(async () => {
  reference = await readResult(REFERENCE);
});

function withSummary(change: Partial<Summary>): Result {
  return { ...reference, summary: { ...reference.summary, ...change } };
}

function only(...ids: string[]) {
  return BENCHMARKS.filter(({ id }) => ids.includes(id));
}

describe('answerOfRun', () => {
  it('says how many times one arm costs what the other does, with the interval and the states', () => {
    const { question, answer, caveat, line } = answerOfRun(reference, BENCHMARKS);
    expect(question).toBe(only('page-walk')[0]?.question);
    expect(answer).toMatch(
      /^Reading a page from Dom0 costs 5\.97\d times what it costs from Mini-OS with nothing mapped \(95 %: 5\.97\d–5\.97\d\), 4\.1\d with page tables mapped, 1\.00 once all is mapped, 2\.\d\d in batches\.$/,
    );
    expect(caveat).toMatch(/^These figures are instructions/);
    expect(line).toMatch(/^Reading a page .*1\.00 once all is mapped\. Instructions, not time\.$/);
  });

  it('answers each benchmark that was measured in its own words', () => {
    const said = Object.fromEntries(
      BENCHMARKS.map((benchmark) => [benchmark.id, answerOfRun(reference, [benchmark]).answer]),
    );
    expect(said.events).toMatch(/^Listening from Dom0 adds 1\.0\d+ times .* to a CPUID \(95 %: /);
    expect(said['code-size']).toMatch(/rests on \d{3} times .* by physical lines \(exact\)/);
    expect(said.boot).toMatch(/\(95 %: \d\.\d+–\d\.\d+\), a Linux domain 1,9\d\d times\.$/);
    expect(said.footprint).toMatch(/needs 12\.38 times the memory/);
    expect(said.density).toMatch(/^No answer: nothing was measured: /);
  });

  it('puts the dearer arm first, whichever it is', () => {
    const { summary } = reference;
    const held = summary.measures.filter(({ state }) => state === 'held');
    const { answer } = answerOfRun(withSummary({ measures: held }), only('footprint'));
    expect(answer).toMatch(/ in Mini-OS needs 1\.57 times the memory that it needs in Dom0 /);
  });

  it('tells of one arm where there is no other, with its unit', () => {
    const { summary } = reference;
    const measures = summary.measures.filter(({ arm }) => arm === 'minios');
    const result = withSummary({ arms: ['minios'], measures, ratios: [] });
    expect(answerOfRun(result, BENCHMARKS).line).toMatch(
      /^Reading a page from Mini-OS costs 9,281 instructions with nothing mapped \(95 %: 9,2\d\d–9,[23]\d\d\)\. Instructions, not time\.$/,
    );
  });

  it('answers both halves of the question how many introspectors fit', () => {
    const entry = (state: 'pairs-1' | 'pairs-2', phase: string, p50: number): Measure => ({
      ...(reference.summary.measures[0] as Measure),
      ...{ benchmark: 'density', arm: 'minios', state, phase, p50, min: p50, max: p50, n: 1 },
      ...{ unit: phase === 'fit' ? 'count' : 'instructions', interval95: null },
    });
    const measures = [
      entry('pairs-1', 'fit', 40),
      entry('pairs-2', 'fit', 41),
      entry('pairs-1', 'alone', 2923),
      entry('pairs-2', 'alone', 2930),
    ];
    const result = withSummary({ arms: ['minios'], measures, ratios: [] });
    expect(answerOfRun(result, only('density')).line).toBe(
      'This host has room for 41 introspectors in Mini-OS with a target each, by what 2 took (exact); a page costs 2,923 instructions with fewest, 2,930 instructions with most. By memory alone.',
    );
  });

  it('says that an interval which holds 1 shows no difference', () => {
    const ratios = reference.summary.ratios.map(
      (ratio): Ratio => ({ ...ratio, ratio: 1.01, interval95: [0.99, 1.03] }),
    );
    const { line, caveat } = answerOfRun(withSummary({ ratios }), only('page-walk'));
    expect(line).toContain('No difference shown. Instructions, not time.');
    expect(caveat).toContain('The interval holds 1');
  });

  it('says of one block that how blocks differ is not in its interval', () => {
    const ratios = reference.summary.ratios.map(
      (ratio): Ratio => ({ ...ratio, interval95: null, blocks: 1 }),
    );
    const { line } = answerOfRun(withSummary({ ratios }), only('page-walk'));
    expect(line).toMatch(/costs 5\.97\d* times .*\(95 %: 5\.9\d*–[56]\.\d+\)/);
    // The number is of what the interval is of: without pairs, of the medians.
    const far = ratios.map((ratio): Ratio => ({ ...ratio, ratio: 7 }));
    expect(answerOfRun(withSummary({ ratios: far }), only('page-walk')).line).toBe(line);
    expect(line).toContain('One block. Instructions, not time.');
  });

  it('says why there is no answer, whatever the reason holds', () => {
    const reason = 'page-walk:\n\u001b[31mwrong\u0007 bytes';
    const failed = withSummary({ status: 'failure', reason });
    expect(answerOfRun(failed, BENCHMARKS).line).toBe(
      'No answer: what was measured is wrong: page-walk: [31mwrong bytes.',
    );
  });

  it('names what broke beside what was measured', () => {
    const broken = [{ benchmark: 'events', status: 'crash', reason: 'the target died' }] as const;
    const result = withSummary({ status: 'crash', reason: 'events: died', broken: [...broken] });
    const { line, caveat } = answerOfRun(result, BENCHMARKS);
    expect(line).toContain('Broken: events.');
    expect(caveat).toContain('Not measured, because their machine broke: events.');
  });

  it('fits one line of a terminal for every result there can be', () => {
    const benchmarks = fc.subarray([...BENCHMARKS], { minLength: 1 });
    const arms = fc.subarray([...ARMS]);
    const size = fc.double({ min: 1e-3, max: 1e13, noNaN: true });
    const measured = fc.record({
      keep: fc.double({ min: 0, max: 1, noNaN: true }),
      size,
      spread: fc.option(fc.double({ min: 1, max: 3, noNaN: true }), { nil: null }),
      n: fc.integer({ min: 1, max: 1e9 }),
      unit: fc.constantFrom(
        ...(['instructions', 'ticks', 'ns', 'bytes', 'lines', 'count'] as const),
      ),
    });
    const result = fc.record({
      benchmarks,
      arms,
      entries: fc.array(measured, { minLength: 1, maxLength: 12 }),
      status: fc.constantFrom(...STATUSES),
      reason: fc.option(fc.string({ maxLength: 600, unit: 'binary' }), { nil: null }),
      broken: fc.subarray(BENCHMARKS.map(({ id }) => id)),
      left: fc.array(fc.string({ maxLength: 300 }), { maxLength: 2 }),
      aa: fc.boolean(),
      clock: fc.constantFrom('counted', 'wall'),
      emulated: fc.boolean(),
    });
    fc.assert(
      fc.property(result, (made) => {
        const given = resultOf(made);
        const { question, answer, line, caveat } = answerOfRun(given, made.benchmarks);
        expect([...line].length).toBeLessThanOrEqual(MOST_CHARACTERS);
        expect(line).toMatch(/^\S.*[.…]$/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
        expect(line + answer).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|[{}]|NaN|undefined/);
        expect(question).not.toBe('');
        if (!line.startsWith('No answer')) {
          expect(line).toMatch(/95 %: |\(exact\)|\(no interval/);
          expect(caveat).not.toBe('');
        }
      }),
      { numRuns: 400 },
    );
  });
});

type Made = {
  benchmarks: readonly (typeof BENCHMARKS)[number][];
  arms: (typeof ARMS)[number][];
  entries: {
    keep: number;
    size: number;
    spread: number | null;
    n: number;
    unit: Measure['unit'];
  }[];
  status: Summary['status'];
  reason: string | null;
  broken: string[];
  left: string[];
  aa: boolean;
  clock: 'counted' | 'wall';
  emulated: boolean;
};

/** A result of every arm and state that these entries keep, with ratios against Mini-OS or the twin. */
function resultOf({ benchmarks, arms, entries, broken, clock, emulated, ...rest }: Made): Result {
  const measures: Measure[] = [];
  const ratios: Ratio[] = [];
  for (const { id, states, headline, answer } of benchmarks) {
    for (const state of states) {
      const own = arms.flatMap((arm): Measure[] => {
        const entry = entries[measures.length % entries.length] as Made['entries'][number];
        if (entry.keep < 0.3) return [];
        const { size, spread, n, unit } = entry;
        const interval95: [number, number] | null =
          spread === null ? null : [size / spread, size * spread];
        const phase = answer.phase ?? headline;
        const flat = { min: size, p50: size, p95: size, p99: size, max: size, mean: size };
        return [{ benchmark: id, arm, state, phase, unit, n, interval95, ...flat }];
      });
      measures.push(...own);
      for (const { arm, phase, p50, interval95, n } of own) {
        const base = own.find((one) => one.arm === (arm === 'dom0-again' ? 'dom0' : 'minios'));
        if (base === undefined || base.arm === arm) continue;
        const ratio = p50 / base.p50;
        ratios.push({
          ...{ benchmark: id, state, phase, numerator: arm, denominator: base.arm, ratio },
          ...{ blocks: n, interval95: interval95 && [ratio / 1.1, ratio * 1.1] },
        });
      }
    }
  }
  return withSummary({
    ...rest,
    ...{ arms, measures, ratios, benchmarks: benchmarks.map(({ id }) => id) },
    testbed: { ...reference.summary.testbed, clock, emulated },
    broken: broken.map((benchmark) => ({ benchmark, status: 'error', reason: 'x'.repeat(300) })),
  });
}
