/**
 * How often the suite's intervals cover and its verdicts are wrong, as tables and in sentences.
 */
import type { Coverage } from '../../harness/calibrate/coverage.ts';
import { COMPARISONS, type GateRates, nameOfGate } from '../../harness/calibrate/gates.ts';
import type { Calibration } from '../../harness/calibrate/published.ts';
import type { VerdictRate } from '../../harness/calibrate/verdicts.ts';
import { type Brief, left, right } from './brief.ts';
import { formatNumber } from './format.ts';
import type { Table } from './types.ts';

/** Least and greatest part of 95 % intervals that is aimed at. */
export const AIM = [0.93, 0.98] as const;

/** Most confirmed alarms of a gate where nothing changed. */
export const MOST_ALARMS = 0.01;

const percent = (part: number) => (part * 100).toFixed(1);
const between = (rates: readonly number[]) =>
  `${percent(Math.min(...rates))} to ${percent(Math.max(...rates))} %`;

/** What is wrong more often than it may be, chance allowed for, by name. */
export function misses({ coverage, verdicts, gates }: Calibration): string[] {
  return [
    ...coverage
      .filter(({ rate95 }) => rate95[1] < AIM[0])
      .map(({ what, name }) => `${what}, ${name}`),
    ...verdicts
      .filter(({ isWrong, aim, rate95 }) => isWrong && aim !== undefined && rate95[0] > aim)
      .map(({ what, name }) => `${what}, ${name}`),
    ...gates
      .filter(({ change, rate95 }) => change === 0 && rate95[0] > MOST_ALARMS)
      .map((gate) => `gate, ${nameOfGate(gate)}`),
  ];
}

function coverageTable(rows: readonly Coverage[]): Table {
  return {
    id: 'coverage',
    title: 'Coverage',
    caption: `Made-up experiments of known truth, ${formatNumber(rows[0]?.experiments ?? 0)} of each design. Covers: part of the nominal 95 % intervals that hold the truth, with its Clopper-Pearson 95 % interval. Below, above: intervals that the truth lies below and above. Width: upper over lower end, median.`,
    columns: [
      ...['interval', 'design'].map(left),
      ...['covers, %', '95 %', 'below', 'above', 'called different, %', 'width'].map(right),
    ],
    rows: rows.map(({ what, name, rate, rate95, below, above, wrong, width }) => [
      what,
      name,
      percent(rate),
      rate95.map(percent).join('–'),
      formatNumber(below),
      formatNumber(above),
      percent(wrong),
      width.toFixed(3),
    ]),
  };
}

function verdictTable(rows: readonly VerdictRate[]): Table {
  return {
    id: 'verdicts',
    title: 'Verdicts',
    caption: `How often a verdict, or a change point of a history, comes in ${formatNumber(rows[0]?.experiments ?? 0)} made-up experiments. At most: of what is wrong there, what is aimed at. Runs of a history differ by 0.5 %.`,
    columns: [
      ...['command', 'design', 'verdict'].map(left),
      ...['%', '95 %'].map(right),
      left('it is'),
      right('at most, %'),
    ],
    rows: rows.map(({ what, name, counted, rate, rate95, isWrong, aim }) => [
      ...[what, name, counted],
      percent(rate),
      rate95.map(percent).join('–'),
      isWrong ? 'wrong' : 'right',
      aim === undefined ? '–' : formatNumber(aim * 100),
    ]),
  };
}

function gateTable(rows: readonly GateRates[]): Table {
  const pairs = rows.filter(({ change }) => change === 0);
  const changedOf = (one: GateRates) =>
    rows.find((other) => other.change > 0 && nameOfGate(other) === nameOfGate(one));
  return {
    id: 'gates',
    title: 'The gate',
    caption: `Gates of ${COMPARISONS} comparisons, ${formatNumber(rows[0]?.gates ?? 0)} of each design: runs of one boot and three blocks that differ by a third of the margin. Alarm: the first comparison is worse; confirmed: the confirming run, too. Caught: one figure is dearer by twice its margin, and a confirmed regression. Open: gates that could not tell.`,
    columns: [
      left('baseline'),
      ...['alarms, %', 'confirmed, %', '95 %', 'open, %', 'caught, %', '95 %'].map(right),
    ],
    rows: pairs.map((same) => {
      const changed = changedOf(same);
      return [
        nameOfGate(same),
        percent(same.alarms / same.gates),
        percent(same.rate),
        same.rate95.map(percent).join('–'),
        percent(same.unknown / same.gates),
        changed === undefined ? '–' : percent(changed.rate),
        changed === undefined ? '–' : changed.rate95.map(percent).join('–'),
      ];
    }),
  };
}

/** The tables, and what they come to. */
export function calibrationBrief(calibration: Calibration): Brief {
  const { coverage, verdicts, gates, command } = calibration;
  const wrong = misses(calibration);
  const wide = coverage.filter(({ rate95 }) => rate95[0] > AIM[1]);
  return {
    title: 'Calibration of intervals and verdicts',
    answer: `${coverage.length} designs: 95 % intervals cover ${between(coverage.map(({ rate }) => rate))} of the time; gates raise ${between(gates.filter(({ change }) => change === 0).map(({ rate }) => rate))} confirmed alarms with nothing changed; ${wrong.length} of all designs are wrong more often than they may be.`,
    sentences: [],
    tables: [coverageTable(coverage), verdictTable(verdicts), gateTable(gates)],
    notes: [
      'Called different: verdicts faster or slower, or an interval beside the truth, at a margin of 0. What a margin leaves of them is less.',
      ...(wrong.length === 0 ? [] : [`Wrong more often than it may be: ${wrong.join('; ')}.`]),
      ...(wide.length === 0
        ? []
        : [
            `Wider than needed: ${wide.map(({ what, name }) => `${what}, ${name}`).join('; ')}. Values that lie on steps are known to half a step.`,
          ]),
      `Made by: ${command}`,
    ],
  };
}

/** The figures of docs/statistics.md, in Markdown. */
export function calibrationFigures({
  coverage,
  verdicts,
  gates,
  experiments,
}: Calibration): string {
  const steps = coverage.filter(({ name }) => !name.includes('ties'));
  const rates = (what: Coverage['what']) =>
    between(steps.filter((row) => row.what === what).map(({ rate }) => rate));
  const wrongOf = (what: VerdictRate['what']) =>
    between(verdicts.filter((row) => row.isWrong && row.what === what).map(({ rate }) => rate));
  const ties = coverage.filter(({ name }) => name.includes('ties')).map(({ rate }) => rate);
  const same = gates.filter(({ change }) => change === 0);
  const caught = gates.filter(({ change }) => change > 0);
  return [
    `Simulated, ${formatNumber(experiments)} experiments a design ([tables](calibration.md)):`,
    '',
    `- 95 % intervals cover: ratios of arms ${rates('ratio of arms')}, comparisons of two results ${rates('compare')}, medians ${rates('analyse')}, halves of one series ${rates('halves of one series')}, what a monitor adds ${rates('added')}; where values lie on steps ${between(ties)}.`,
    `- Verdicts of \`compare\` that are wrong at the worst, the truth lying at the margin or beyond: ${wrongOf('compare')}. Histories without a change that show one: ${wrongOf('history')}.`,
    `- Gates with nothing changed that end as a confirmed regression: ${between(same.map(({ rate }) => rate))}. A change of twice the margin in one figure of ${COMPARISONS} is caught by ${caught.map((gate) => `${percent(gate.rate)} % (${nameOfGate(gate)})`).join(', ')}.`,
  ].join('\n');
}
