/**
 * The parts of README.md that are figures: of the reference run, and of the runs by protocol seed-2018.
 */
import { type MADE, madePhase } from '../../bench/anatomy/index.ts';
import { left, right } from '../model/brief.ts';
import { formatBytes, formatNumber } from '../model/format.ts';
import type { Column } from '../model/types.ts';
import type { Reference } from './reference.ts';
import { markdownTable } from './regions.ts';
import { rangeText, type SeedRun, savings, whyTheyDiffer } from './seed-runs.ts';

const DOM0 = 'dom0';
const MINIOS = 'minios';
const LINUX = 'linux-domu';
const ARMS = [DOM0, MINIOS] as const;

const columns = (first: string, ...others: string[]): Column[] => [
  left(first),
  ...others.map(right),
];

/** A ratio of two figures as they are shown, so that a reader can divide them. */
function quotient(a: number, b: number): string {
  return (Math.round(a) / Math.round(b)).toFixed(2);
}

function percentSaved(of: number, to: number): number {
  return Math.round((1 - of / to) * 100);
}

/** What the figures are of. */
function runText({ result, samples }: Reference): string {
  const { testbed, startedAt, id } = result.manifest;
  if (testbed === null) throw new Error('The reference run had no testbed.');
  const { xen, dom0 } = testbed;
  const kernel = dom0?.kernel.split('.').slice(0, 2).join('.');
  const pages = ['cold', 'tables', 'warm', 'batch'].flatMap((state) =>
    ARMS.map((arm) => samples('page-walk', state, arm, 'total')),
  );
  return `The figures below are those of the [reference run](results/reference/README.md) (${id}, begun on ${startedAt.slice(0, 10)}) where nothing else is said: \`npm run bench\` on the emulated testbed (Xen ${xen?.version}, FLASK ${xen?.flask}, ${dom0?.mode.toUpperCase()} Dom0 with Linux ${kernel}, PVH target, ${rangeText(pages)} pages for each arm and state). In instructions a page, median, and the medians divided (reports have ratios paired by block, with intervals):`;
}

function states({ median }: Reference): string {
  const rows = ['cold', 'tables', 'warm', 'batch'].map((state) => {
    const [dom0, minios] = ARMS.map((arm) => median('page-walk', state, arm, 'total'));
    const label = state === 'batch' ? 'batch of 500' : state;
    return [
      label,
      formatNumber(dom0 as number),
      formatNumber(minios as number),
      quotient(dom0 as number, minios as number),
    ];
  });
  return markdownTable(columns('state', 'Dom0', 'Mini-OS', 'Dom0 / Mini-OS'), rows);
}

function protocols({ median }: Reference, runs: readonly SeedRun[]): string {
  const seed = (label: string, clock: string, of: 'meanByMicroseconds' | 'median') => [
    label,
    'caches as they are',
    clock,
    rangeText(runs.map(({ dom0 }) => dom0[of])),
    rangeText(runs.map(({ minios }) => minios[of])),
    `${rangeText(savings(runs, of))} %`,
  ];
  const v1 = (state: string) => {
    const [dom0, minios] = ARMS.map((arm) => median('page-walk', state, arm, 'total'));
    return [
      '`v1`',
      state,
      'ticks, median',
      formatNumber(dom0 as number),
      formatNumber(minios as number),
      `${percentSaved(minios as number, dom0 as number)} %`,
    ];
  };
  const cold = runs.filter(({ start }) => start === 'cold').length;
  return [
    markdownTable(
      [
        ...['protocol', 'state', 'clock, statistic'].map(left),
        ...['Dom0', 'Mini-OS', 'Mini-OS saves'].map(right),
      ],
      [
        [
          'the paper, on hardware',
          'caches as they are',
          'microseconds, mean',
          '5.7 µs',
          '3.7 µs',
          '35 %',
        ],
        seed('`seed-2018`', 'microseconds, mean', 'meanByMicroseconds'),
        seed('`seed-2018`, the same pages', 'ticks, median', 'median'),
        ...['tables', 'cold', 'warm'].map(v1),
      ],
    ),
    `Ranges are the least and the greatest of ${runs.length} runs, ${cold} on hosts that booted and ${runs.length - cold} on restored ones ([figures](results/baselines/seed-2018.json)). ${whyTheyDiffer(runs)}`,
  ].join('\n\n');
}

const EVENTS: readonly (readonly [string, string])[] = [
  ['cpuid', 'CPUID'],
  ['cr3-write', 'CR3 write (a switch between processes)'],
  ['cr3-write-walk', 'the same, and the handler walks and reads 10 pages'],
  ['msr-write', 'MSR write'],
  ['debug', '#DB, given back to the guest'],
  ['descriptor', 'SGDT (descriptor access, emulated by Xen)'],
  ['guest-request', 'guest request (a hypercall)'],
  ['cpuid-block', 'CPUID, the introspector asleep until Xen signals'],
];

function events({ median }: Reference): string {
  const values = EVENTS.map(([state, label]) => {
    const [dom0 = 0, minios = 0] = ARMS.map((arm) => median('events', state, arm, 'added'));
    const alone = ARMS.map((arm) => median('events', state, arm, 'unmonitored'));
    return { state, label, dom0, minios, alone };
  });
  const rows = values.map(({ label, dom0, minios, alone }) => [
    label,
    [...new Set(alone.map((value) => formatNumber(value)))].join(' / '),
    formatNumber(dom0),
    formatNumber(minios),
    quotient(dom0, minios),
  ]);
  const saved = (asleep: boolean) =>
    values
      .filter(({ state }) => (state === 'cpuid-block') === asleep)
      .map(({ dom0, minios }) => percentSaved(minios, dom0));
  return [
    markdownTable(
      columns(
        'what the guest does',
        ...['without a monitor', 'Dom0 adds', 'Mini-OS adds', 'Dom0 / Mini-OS'],
      ),
      rows,
    ),
    `Where an event costs is in Xen: stopping the vcpu, switching to the introspector and back. A unikernel saves ${rangeText(saved(false))} % of it, and ${rangeText(saved(true))} % where the introspector sleeps between events instead of giving its processor away.`,
  ].join('\n\n');
}

/** Calls that a cold page costs, by Xen's trace: a sentence. */
function calls({ median, result }: Reference): string {
  const of = (arm: string, what: string) =>
    formatNumber(Math.round(median('anatomy', 'cold', arm, `total.${what}`)));
  const counted = result.summary.counts.find(
    ({ arm, state, what }) => arm === DOM0 && state === 'cold' && what === 'syscalls',
  )?.perPage;
  if (typeof counted !== 'number') throw new Error('The reference run counted no system calls.');
  return `A cold page from Dom0 takes ${formatNumber(Math.round(counted))} system calls and, by Xen’s own trace, which every run records after the measurement, ${of(DOM0, 'hypercalls')} hypercalls and ${of(DOM0, 'page-table-writes')} emulated page-table writes; from Mini-OS ${of(MINIOS, 'hypercalls')} hypercalls.`;
}

function codeBootMemory({ median }: Reference): string {
  const code = (arm: string, state: string) => median('code-size', state, arm, 'total');
  const made = (arm: string, what: (typeof MADE)[number]) =>
    median('anatomy', 'cold', arm, madePhase(what));
  const boot = (arm: string) => formatNumber(median('boot', 'first-page', arm, 'boot'));
  const memory = (arm: string, state: string) => bytes(median('footprint', state, arm, 'memory'));
  const both = (label: string, of: (arm: string) => string) => [label, ...ARMS.map(of), ''];
  const canAndDoes = (what: (typeof MADE)[number]) => (arm: string) => {
    const can = code(arm, what);
    return can === 0 ? '0' : `${formatNumber(can)}, ${formatNumber(made(arm, what))}`;
  };
  return markdownTable(columns('', 'Dom0', 'Mini-OS', 'a Linux domain that does the same'), [
    both('physical lines, as the paper counted', (arm) => formatNumber(code(arm, 'lines'))),
    both('lines of code', (arm) => formatNumber(code(arm, 'code'))),
    both('text in memory, bytes', (arm) => formatNumber(code(arm, 'text'))),
    both('different hypercalls it can make, and makes for cold pages', canAndDoes('hypercalls')),
    both(
      'different system calls it can make, and makes for cold pages',
      canAndDoes('system-calls'),
    ),
    ['instructions from its first to its first answered page', ...[DOM0, MINIOS, LINUX].map(boot)],
    ['least memory that it works in', memory(DOM0, 'smallest'), memory(MINIOS, 'smallest'), ''],
    ['memory it holds', ...[DOM0, MINIOS, LINUX].map((arm) => memory(arm, 'held'))],
    ['what Xen spends on it besides', '', ...[MINIOS, LINUX].map((arm) => memory(arm, 'overhead'))],
  ]);
}

function bytes(value: number): string {
  return value < 2 ** 20 ? `${formatNumber(value / 1024)} KiB` : formatBytes(value);
}

/** Pictures that README shows: files below docs/images, by the figure of the reference run's report. */
export const PICTURES: Readonly<Record<string, string>> = {
  'figure-3': 'docs/images/figure-3.png',
  states: 'docs/images/states.png',
  'events-added': 'docs/images/events.png',
  'code-lines': 'docs/images/code-lines.png',
};

/** Parts of README.md by name. */
export function readmeParts(
  reference: Reference,
  runs: readonly SeedRun[],
): Record<string, string> {
  const picture = (id: string) => reference.picture(id, PICTURES[id] as string);
  return {
    pages: [runText(reference), states(reference), picture('figure-3'), picture('states')].join(
      '\n\n',
    ),
    protocols: protocols(reference, runs),
    events: [events(reference), picture('events-added')].join('\n\n'),
    calls: calls(reference),
    size: [codeBootMemory(reference), picture('code-lines')].join('\n\n'),
  };
}
