import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ARMS } from '../../bench/words.ts';
import { nastyReport } from '../testing/nasty.ts';
import { demandReport, reportFaults } from './validate.ts';

describe('the schema of report.json', () => {
  it('takes a report with every kind of block and panel', () => {
    const report = nastyReport();
    expect(demandReport(report)).toBe(report);
  });

  it.each([
    [
      'a number that is none',
      { figures: [panelWith({ value: Number.NaN })] },
      /value must be number/,
    ],
    ['a figure without bars', { figures: [panelWith(undefined)] }, /bars must NOT have fewer/],
    ['another version', { schemaVersion: 2 }, /schemaVersion must be equal to constant/],
    ['a key that nobody knows', { extra: 1 }, /must NOT have additional properties/],
    ['no date', { date: 'yesterday' }, /date must match pattern/],
  ])('refuses %s', (_name, change, fault) => {
    expect(reportFaults({ ...nastyReport(), ...change }).join('\n')).toMatch(fault);
  });

  it('knows every arm', () => {
    const text = readFileSync(new URL('report.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(text).$defs.arm.enum.toSorted()).toEqual([...ARMS].sort());
  });
});

/** A figure of one bar with a change to it; of no bar without one. */
function panelWith(change: object | undefined): object {
  const [figure] = nastyReport().figures;
  const panel = figure?.chart.panels[0];
  if (figure === undefined || panel?.kind !== 'bars') throw new Error('no bars');
  const bars = change === undefined ? [] : [{ ...panel.bars[0], ...change }];
  return { ...figure, chart: { ...figure.chart, panels: [{ ...panel, bars }] } };
}
