/**
 * How often the gate is wrong, as a short report.
 */
import type { AaLevel, AaLevelResult } from '../../harness/gate/aa-pairs.ts';
import { type Brief, left, right } from './brief.ts';
import { armLabel, formatChange, formatNumber } from './format.ts';

const MEANINGS: Readonly<Record<AaLevel, string>> = {
  creation: 'the two halves of an A/A run, in the same blocks',
  boot: 'two creations of the domains in one boot',
  testbed: 'two boots',
};

function percent(part: number, digits = 1): string {
  return `${formatNumber(part * 100, digits)} %`;
}

/** What A/A comparisons came to. */
export function falseAlarmsBrief(levels: readonly AaLevelResult[]): Brief {
  const alarms = levels.flatMap(({ level, rows }) =>
    rows
      .filter(({ verdict }) => verdict === 'faster' || verdict === 'slower')
      .map((row) => ({ level, ...row })),
  );
  const comparisons = levels.reduce((sum, level) => sum + level.comparisons, 0);
  return {
    title: 'False alarms',
    answer: `${alarms.length} of ${comparisons} verdicts were wrong.`,
    sentences: levels.map(({ level, alarms: wrong, comparisons, pairs }) => ({
      tone: wrong === 0 ? 'good' : 'bad',
      text: `${MEANINGS[level]}: ${wrong} of ${comparisons} verdicts of ${pairs} A/A comparisons ${wrong === 1 ? 'was' : 'were'} wrong.`,
    })),
    tables: [
      {
        id: 'rates',
        title: 'Rates',
        caption:
          'How often something was called faster or slower although nothing had changed, with the Clopper-Pearson 95 % interval; and for each arm the smallest margin at which that would not have happened.',
        columns: [
          left('compared'),
          ...['A/A comparisons', 'verdicts', 'alarms', 'rate', '95 %'].map(right),
          left('margin needed'),
        ],
        rows: levels.map(
          ({ level, pairs, comparisons, alarms: wrong, rate, interval95, margins }) => [
            MEANINGS[level],
            formatNumber(pairs),
            formatNumber(comparisons),
            formatNumber(wrong),
            percent(rate),
            interval95.map((bound) => percent(bound)).join(' to '),
            Object.entries(margins)
              .map(([arm, margin]) => `${armLabel(arm)} ${percent(margin, 2)}`)
              .join(', '),
          ],
        ),
      },
      {
        id: 'alarms',
        title: 'The alarms',
        caption: 'Each of them.',
        columns: [
          ...['compared', 'benchmark', 'state', 'arm', 'verdict'].map(left),
          ...['change', 'margin'].map(right),
        ],
        rows: alarms.map(({ level, benchmark, state, arm, verdict, ratio, margin }) => [
          MEANINGS[level],
          benchmark,
          state,
          armLabel(arm),
          verdict,
          ratio === null ? '–' : formatChange(ratio),
          percent(margin, 2),
        ]),
      },
    ],
    notes: [
      'A gate compares runs, hence boots: its margin has to hold for two boots. Comparisons are disjoint; rows of one comparison share its domains, so that they are not independent of each other.',
    ],
  };
}
