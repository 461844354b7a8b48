/**
 * anatomy: where the instructions of a page go. Not measured in the timed batches but after them:
 * Xen's own trace says how often a page enters Xen and by what, and an emulator's log of executed
 * instructions says who executed them.
 */
import type { Benchmark, Phase } from '../benchmark.ts';

/** Parts of a page's cost, in the order of time. Opening and closing are a batch's, shared equally. */
export const PARTS = ['open', 'walk', 'map', 'copy', 'close'] as const;

/** A part of a page's cost. */
export type Part = (typeof PARTS)[number];

const PART_MEANINGS: Readonly<Record<Part | 'total', string>> = {
  open: 'opening of the batch, a page’s share',
  walk: 'reading the page-table entries',
  map: 'mapping the data page',
  copy: 'copying the page',
  close: 'closing of the batch, a page’s share',
  total: 'all parts of a page',
};

/** Who executes: in a unikernel, library and kernel are one program. */
export const PLACES = ['xen', 'kernel', 'program'] as const;

/** Who executes an instruction. */
export type Place = (typeof PLACES)[number];

/** What each place is, for legends. */
export const PLACE_MEANINGS: Readonly<Record<Place, string>> = {
  xen: 'instructions that Xen executes',
  kernel: 'instructions of the kernel of the introspector’s domain',
  program: 'instructions of the introspector: of a Mini-OS domain all of it',
};

/** What is counted of a page. */
export const COUNTS = [
  'hypercalls',
  'subcalls',
  'restarts',
  'page-table-writes',
  'page-faults',
  'traps',
  'switches',
  'system-calls',
] as const;

/** Something that is counted. */
export type Count = (typeof COUNTS)[number];

/** What each count is, and who counted. */
export const COUNT_MEANINGS: Readonly<Record<Count, string>> = {
  hypercalls: 'hypercalls, by Xen’s trace',
  subcalls: 'calls within multicalls, by Xen’s trace',
  restarts: 'hypercalls that Xen had preempted and began anew, among the others, by Xen’s trace',
  'page-table-writes': 'writes to its own page tables that Xen emulated, by Xen’s trace',
  'page-faults': 'page faults that Xen gave to the domain, by Xen’s trace',
  traps: 'other entries into Xen on behalf of the domain, by Xen’s trace',
  switches: 'returns of the vcpu to a processor that ran another meanwhile, by Xen’s trace',
  'system-calls': 'system calls, by the log of executed instructions',
};

/** What the introspector itself counted, to be held against the others. */
export const OWN_COUNTS = ['hypercalls', 'system-calls', 'maps', 'hits'] as const;

/** Name of a phase of this benchmark. */
export function phaseOf(part: Part | 'total', what: string): string {
  return `${part}.${what}`;
}

/** Phase of a hypercall by its name in Xen’s header, over all parts of a page. */
export function hypercallPhase(name: string): string {
  return `hypercall.${name}`;
}

/** Phase of a call within multicalls by its name in Xen's header, over all parts of a page. */
export function subcallPhase(name: string): string {
  return `subcall.${name}`;
}

/** Phase of a system call by the name of its entry in Linux, over all parts of a page. */
export function systemCallPhase(name: string): string {
  return `system-call.${name}`;
}

/** Of what it is told how many different ones a batch makes. */
export const MADE = ['hypercalls', 'system-calls'] as const;

/** Phase of how many different calls a batch makes. */
export function madePhase(what: (typeof MADE)[number]): string {
  return `made.${what}`;
}

/** Phase of what the introspector counted itself. */
export function ownPhase(count: (typeof OWN_COUNTS)[number]): string {
  return `own.${count}`;
}

/** Instructions by the clock of the very pages that the log of executed instructions is of. */
export const CLOCK_PHASE = phaseOf('total', 'clock');

function phasesOf(part: Part | 'total'): Phase[] {
  return [
    ...COUNTS.map((count) => ({
      name: phaseOf(part, count),
      meaning: `${PART_MEANINGS[part]}: ${COUNT_MEANINGS[count]}`,
    })),
    ...PLACES.map((place) => ({
      name: phaseOf(part, place),
      meaning: `${PART_MEANINGS[part]}: ${PLACE_MEANINGS[place]}`,
    })),
  ];
}

/** The anatomy benchmark. */
export const anatomy = {
  id: 'anatomy',
  title: 'Anatomy of a page',
  question: 'Where do the instructions of a page go, from Dom0 and from a Mini-OS domain?',
  answer: {
    compared: 'Reading a page from {a} makes {times} the hypercalls that it makes from {b}',
    alone: 'Reading a page from {a} makes {value}',
    states: [
      { state: 'cold', words: 'with nothing mapped', noun: 'hypercalls' },
      { state: 'tables', words: 'with page tables mapped', noun: 'hypercalls' },
      { state: 'batch', words: 'in batches', noun: 'hypercalls' },
      { state: 'warm', words: 'once all is mapped', noun: 'hypercalls' },
    ],
    silent: {
      text: 'Hypercalls differ in what they cost; their number is no cost.',
      short: 'A count, not a cost.',
    },
    figures: ['anatomy'],
  },
  kind: 'observations',
  workload: 'page-walk',
  expectedSeconds: 12,
  per: 'page',
  headline: phaseOf('total', 'hypercalls'),
  overviewCaption: 'Hypercalls of a page, counted by Xen',
  stateTitle: 'Cache states',
  stateCaption: 'What is remembered from the page before.',
  arms: ['dom0', 'minios'],
  states: ['cold', 'tables', 'warm', 'batch'],
  phases: [
    ...phasesOf('total'),
    ...PARTS.flatMap(phasesOf),
    { name: CLOCK_PHASE, meaning: 'instructions of the same pages by the clock' },
    ...MADE.map((what) => ({
      name: madePhase(what),
      meaning: `different ${what} in a batch, those within multicalls too; of Dom0’s hypercalls all that its kernel makes meanwhile`,
    })),
    ...OWN_COUNTS.map((count) => ({
      name: ownPhase(count),
      meaning: `${count} of a page, as the introspector counted them itself`,
    })),
  ],
  parameters: [],
  figures: [],
} as const satisfies Benchmark<'anatomy'>;
