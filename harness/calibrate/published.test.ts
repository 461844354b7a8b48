import { describe, expect, it } from 'vitest';
import { misses } from '../../reports/model/calibration.ts';
import { DESIGNS } from './coverage.ts';
import { GATE_DESIGNS, nameOfGate } from './gates.ts';
import { publishedCalibration, reliabilityOf, reliabilitySentence } from './published.ts';
import { VERDICT_DESIGNS } from './verdicts.ts';

describe('the published calibration', () => {
  const published = publishedCalibration();

  it('has every design, and one alone that is wrong more often than it may be', () => {
    const names = (designs: readonly { what: string; name: string }[]) =>
      designs.map(({ what, name }) => `${what}, ${name}`);
    expect(names(published.coverage)).toEqual(names(DESIGNS));
    expect(names(published.verdicts)).toEqual(names(VERDICT_DESIGNS));
    expect(published.gates.map(nameOfGate)).toEqual(GATE_DESIGNS.map(nameOfGate));
    const often = [...published.coverage, ...published.verdicts].map((row) => row.experiments);
    expect(Math.min(...often, ...published.gates.map(({ gates }) => gates))).toBeGreaterThan(100);
    // 7.2 % instead of 5 %: the page says so.
    expect(misses(published)).toEqual([
      'history, 100 runs at two levels, 80 to 20, nothing changed',
    ]);
  });

  it('has gates that raise at most 1 % confirmed alarms, and catch twice the margin', () => {
    for (const { change, rate, rate95, ...gate } of published.gates) {
      if (change === 0) expect(rate, nameOfGate(gate)).toBeLessThanOrEqual(0.01);
      // Chance allowed for; two runs know little of how runs differ.
      else if (gate.runs !== 2) expect(rate95[1], nameOfGate(gate)).toBeGreaterThanOrEqual(0.9);
    }
  });

  it.each([
    ['one run', 1, 1],
    ['several runs', 4, 3],
    ['several runs', 40, 10],
    ['history', 2, 1],
    ['history', 19, 10],
  ] as const)('of a %s of %i runs, tells that of %i', (kind, runs, told) => {
    expect(reliabilityOf(kind, runs, true)).toMatchObject({ kind, runs: told });
  });

  it('says how often a gate is wrong, more often without a confirming run', () => {
    const [once, twice] = [false, true].map((confirmed) => reliabilityOf('one run', 1, confirmed));
    if (once === undefined || twice === undefined) throw new Error('none');
    expect(once.falseAlarms).toBeGreaterThan(twice.falseAlarms);
    const wrong = (twice.falseAlarms * 100).toFixed(1);
    expect(reliabilitySentence(twice)).toContain(`against a baseline of one run, ${wrong} % (95 %`);
  });
});
