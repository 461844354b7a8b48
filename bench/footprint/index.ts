/**
 * footprint: how little memory an introspector gets by with, and who spends how much on it.
 */
import type { Benchmark } from '../benchmark.ts';
import { FOOTPRINT_STATES } from '../words.ts';

/** What is searched: without the Linux domain, of which every try boots a Linux; or all. */
export const SEARCHES = ['quick', 'all'] as const;

/** The footprint benchmark. */
export const footprint = {
  id: 'footprint',
  title: 'Footprint',
  question:
    'How much memory does an introspector need, and what does Xen spend on it: a Mini-OS domain, a Linux domain, a Dom0 process?',
  answer: {
    compared: 'An introspector in {a} needs {times} the memory that it needs in {b}',
    alone: 'An introspector in {a} needs {value}',
    states: [
      { state: 'smallest', words: 'at the least' },
      { state: 'held', words: 'as it is used' },
      { state: 'overhead', words: 'in Xen besides' },
      { state: 'beneath', words: 'in the domain that it runs in' },
    ],
    silent: {
      text: 'It is the memory of this workload; a larger one may need more.',
      short: 'Of this workload.',
    },
    figures: ['footprint-memory'],
  },
  kind: 'observations',
  workload: 'page-walk',
  expectedSeconds: 28,
  per: 'arm',
  headline: 'memory',
  overviewCaption: 'Memory of an introspector',
  stateTitle: 'Parts of memory',
  stateCaption: 'Whose memory, and what for.',
  arms: ['dom0', 'minios', 'linux-domu'],
  states: FOOTPRINT_STATES,
  phases: [{ name: 'memory', meaning: 'bytes' }],
  parameters: [
    {
      kind: 'choice',
      name: 'search',
      meaning: 'whose smallest memory is searched: all but that of the Linux domain, or all',
      default: 'quick',
      choices: SEARCHES,
    },
  ],
  figures: [],
} as const satisfies Benchmark;
