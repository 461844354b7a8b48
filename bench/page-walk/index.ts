/**
 * page-walk: the paper's experiment. Walk the target's page table for one virtual page,
 * read the whole page, and go on to the next.
 */
import type { Benchmark } from '../benchmark.ts';

/** Upper bound of `--pages`: 500,000 4 KiB pages are 1.9 GiB of target memory. */
export const MAX_PAGES = 500_000;

/** Upper bound of `--batch`, from native/PROTOCOL.md. */
export const MAX_BATCH = 4096;

/** The page-walk benchmark. */
export const pageWalk = {
  id: 'page-walk',
  title: 'Page walk and read',
  question:
    'What does it cost to translate one virtual address of another domain and to read the page behind it, from Dom0 and from a Mini-OS domain?',
  answer: {
    compared: 'Reading a page from {a} costs {times} what it costs from {b}',
    alone: 'Reading a page from {a} costs {value}',
    states: [
      { state: 'cold', words: 'with nothing mapped' },
      { state: 'tables', words: 'with page tables mapped' },
      { state: 'warm', words: 'once all is mapped' },
      { state: 'batch', words: 'in batches' },
    ],
    figures: ['states', 'figure-3'],
  },
  kind: 'samples',
  workload: 'page-walk',
  expectedSeconds: 32,
  per: 'page',
  headline: 'total',
  overviewCaption: 'Median cost of a page',
  stateTitle: 'Cache states',
  stateCaption: 'What is remembered from the page before.',
  arms: ['dom0', 'minios'],
  furtherArms: ['dom0-libvmi', 'minios-own'],
  states: ['cold', 'tables', 'warm', 'batch'],
  phases: [
    { name: 'total', meaning: 'the whole page, its share of opening and closing included' },
    { name: 'walk', meaning: 'reading the page-table entries (in state batch: part of map)' },
    {
      name: 'map',
      meaning:
        'mapping the data page, with an equal share of what the batch spent on opening (in state batch: the walks and the one mapping call)',
    },
    { name: 'copy', meaning: 'copying the page' },
    {
      name: 'unmap',
      meaning: 'unmapping, with an equal share of what the batch spent on closing',
    },
    { name: 'clock', meaning: 'the rest of the total: reading the clock between the phases' },
  ],
  parameters: [
    {
      kind: 'number',
      name: 'pages',
      meaning: 'consecutive 4 KiB pages to read',
      default: 500,
      min: 1,
      max: MAX_PAGES,
    },
    {
      kind: 'number',
      name: 'batch',
      meaning: 'pages in a batch',
      default: 500,
      min: 1,
      max: MAX_BATCH,
    },
    {
      kind: 'choice',
      name: 'page-size',
      meaning: "size of the target's pages",
      default: '4k',
      choices: ['4k', '2m', '1g'],
    },
    {
      kind: 'choice',
      name: 'target',
      meaning: 'kind of target domain',
      default: 'pvh',
      choices: ['pvh', 'pv', 'hvm'],
    },
  ],
  figures: [
    {
      id: 'figure-3',
      kind: 'bars',
      title: "Reading a page, as in the paper's figure 3",
      states: ['tables'],
      phase: 'total',
      statistic: 'p50',
      scale: 'linear',
      reference: 'seed-2018',
    },
    {
      id: 'states',
      kind: 'grouped-bars',
      title: 'Reading a page in each cache state',
      states: ['cold', 'tables', 'warm', 'batch'],
      phase: 'total',
      statistic: 'p50',
      scale: 'logarithmic',
    },
  ],
} as const satisfies Benchmark;
