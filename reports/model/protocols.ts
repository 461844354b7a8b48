/**
 * What the way of measuring does to the answer.
 */
import { ARM_LABELS, type Arm } from '../../bench/words.ts';
import type { ProtocolAnswer } from '../../harness/analyse/protocols.ts';
import { SEED_2018 } from '../../results/paper.ts';
import type { Summary } from '../../results/types.ts';
import { left, right } from './brief.ts';
import { formatInterval, formatNumber, formatRatio, UNIT_NAMES } from './format.ts';
import type { Table } from './types.ts';

/** State of `v1` that is nearest to what the paper measured: page tables are kept, the page is new. */
const NEAREST = 'tables';

function saved(ratio: number | null): string {
  if (ratio === null) return '–';
  const percent = Math.round((1 - 1 / ratio) * 100);
  return percent < 0 ? `${-percent} % more` : `${percent} %`;
}

function repeats({ arms }: ProtocolAnswer): string {
  const [dom0, minios] = ['dom0', 'minios'].map((name) => arms.find(({ arm }) => arm === name));
  if (dom0 === undefined || minios === undefined || dom0.repeats.length < 2) return '–';
  const ratios = dom0.repeats.flatMap((value, i) => {
    const other = minios.repeats[i];
    return other === undefined || !(other > 0) ? [] : [value / other];
  });
  return `${formatInterval([Math.min(...ratios), Math.max(...ratios)], 2)} ×`;
}

/** Arms beside the two that the paper has. */
function furtherArms(answers: readonly ProtocolAnswer[]): Arm[] {
  const all = new Set(answers.flatMap(({ arms }) => arms.map(({ arm }) => arm)));
  return [...all].filter((arm) => arm !== 'dom0' && arm !== 'minios');
}

function rowOf(answer: ProtocolAnswer, further: readonly Arm[]): string[] {
  const value = (name: string) => {
    const found = answer.arms.find(({ arm }) => arm === name);
    return found === undefined ? '–' : formatNumber(found.value);
  };
  const { protocol, state, clock, statistic, ratio } = answer;
  return [
    protocol,
    state === protocol ? 'caches as they are' : state,
    clock === 'microseconds' ? 'of microseconds' : 'time-stamp counter',
    statistic === 'p50' ? 'median' : 'mean',
    value('dom0'),
    value('minios'),
    ...further.map(value),
    ratio === null ? '–' : formatRatio(ratio),
    saved(ratio),
    repeats(answer),
  ];
}

function paperRow(further: readonly Arm[]): string[] {
  const value = (name: string) => SEED_2018.figures.find(({ arm }) => arm === name)?.value ?? 0;
  const [dom0, minios] = [value('dom0'), value('minios')];
  return [
    'the paper, 2018',
    'caches as they are',
    'of microseconds',
    'mean',
    `${formatNumber(dom0)} µs`,
    `${formatNumber(minios)} µs`,
    ...further.map(() => '–'),
    formatRatio(dom0 / minios),
    saved(dom0 / minios),
    '–',
  ];
}

/** One sentence on what the difference between the protocols does to the answer; empty without both. */
function difference(answers: readonly ProtocolAnswer[]): string {
  const theirs = answers.find(({ clock }) => clock === 'microseconds')?.ratio ?? null;
  const ours = answers.find(({ protocol, state }) => protocol === 'v1' && state === NEAREST)?.ratio;
  if (theirs === null || ours === undefined || ours === null) return '';
  return ` Measured the paper's way, Mini-OS saves ${saved(theirs)} of Dom0's cost; by v1 in state ${NEAREST}, which is nearest to it, ${saved(ours)}.`;
}

/** The answers of all protocols; undefined when there was one protocol only. */
export function protocolTable({ protocols = [] }: Summary): Table | undefined {
  const [first] = protocols;
  if (first === undefined) return undefined;
  const further = furtherArms(protocols);
  const arms = ['Dom0', 'Mini-OS', ...further.map((arm) => ARM_LABELS[arm])];
  return {
    id: 'protocols',
    title: 'What the protocol does to the answer',
    caption: `Cost of a page in ${UNIT_NAMES[first.unit]}. seed-2018 is the paper's way: one batch right after the start, the target running, LibVMI's caches as they are, unmapping not counted, a clock of microseconds (given in ${UNIT_NAMES[first.unit]}), the mean.${difference(protocols)} Repeats: the least and the greatest ratio of all its batches in this run. The mean of one batch is another one in each run, with every page that another domain interrupts; the median is not.`,
    columns: [
      ...['protocol', 'state', 'clock', 'statistic'].map(left),
      ...[...arms, 'Dom0 / Mini-OS', 'Mini-OS saves', 'repeats'].map(right),
    ],
    rows: [paperRow(further), ...protocols.map((answer) => rowOf(answer, further))],
  };
}
