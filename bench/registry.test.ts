import { describe, expect, it } from 'vitest';
import { BENCHMARKS, findBenchmark } from './registry.ts';
import { ARMS, STATES } from './words.ts';

describe('registry', () => {
  it('finds a benchmark by its name and nothing by another', () => {
    expect(findBenchmark('page-walk')?.workload).toBe('page-walk');
    expect(findBenchmark('page-walk')?.headline).toBe('total');
    expect(findBenchmark('page-talk')).toBeUndefined();
  });

  it('has unique names', () => {
    const ids = BENCHMARKS.map((benchmark) => benchmark.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(BENCHMARKS.map((benchmark) => [benchmark.id, benchmark] as const))(
    '%s keeps to the words and to its own bounds',
    (_id, benchmark) => {
      for (const arm of benchmark.arms) expect(ARMS).toContain(arm);
      for (const state of benchmark.states) expect(STATES).toContain(state);
      const phases = benchmark.phases.map((phase) => phase.name);
      expect(phases[0]).toBe(benchmark.headline);
      for (const figure of benchmark.figures) {
        expect(phases).toContain(figure.phase);
        if (figure.kind === 'stacked-bars') expect(phases).toContain(figure.below);
        for (const state of figure.states) expect(benchmark.states).toContain(state);
      }
      for (const parameter of benchmark.parameters) {
        if (parameter.kind === 'choice') {
          expect(parameter.choices).toContain(parameter.default);
        } else {
          expect(parameter.default).toBeGreaterThanOrEqual(parameter.min);
          expect(parameter.default).toBeLessThanOrEqual(parameter.max);
        }
      }
    },
  );

  it.each(BENCHMARKS.map((benchmark) => [benchmark.id, benchmark] as const))(
    '%s has words for its answer in every state, with a place for each number',
    (_id, { answer, states, phases }) => {
      expect(answer.states.map(({ state }) => state).toSorted()).toEqual([...states].sort());
      const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(places(answer.alone).toSorted()).toEqual(['a', 'value']);
      if (answer.compared !== null) {
        expect(places(answer.compared).toSorted()).toEqual(['a', 'b', 'times']);
      }
      const named = phases.map(({ name }) => name);
      if (answer.phase !== undefined) expect(named).toContain(answer.phase);
      if (answer.course !== undefined) {
        expect(named).toContain(answer.course.phase);
        expect(places(answer.course.text)).toEqual(['first', 'last']);
      }
    },
  );
});
