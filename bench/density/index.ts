/**
 * density: how many introspectors fit on a host, each with a target of its own.
 */
import type { Benchmark } from '../benchmark.ts';
import { DENSITY_STATES, type DensityState } from '../words.ts';

/** Introspectors of each state. */
export const PAIRS: Readonly<Record<DensityState, number>> = {
  'pairs-1': 1,
  'pairs-2': 2,
  'pairs-4': 4,
  'pairs-8': 8,
  'pairs-16': 16,
  'pairs-32': 32,
};

/** The density benchmark. */
export const density = {
  id: 'density',
  title: 'Density',
  question:
    'How many Mini-OS introspectors with one target each fit on a host, and does a page cost more as their number grows?',
  answer: {
    phase: 'fit',
    compared: null,
    alone: 'This host has room for {value} in {a}',
    states: [
      { state: 'pairs-32', words: 'with a target each, by what 32 took', noun: 'introspectors' },
      { state: 'pairs-16', words: 'with a target each, by what 16 took', noun: 'introspectors' },
      { state: 'pairs-8', words: 'with a target each, by what 8 took', noun: 'introspectors' },
      { state: 'pairs-4', words: 'with a target each, by what 4 took', noun: 'introspectors' },
      { state: 'pairs-2', words: 'with a target each, by what 2 took', noun: 'introspectors' },
      { state: 'pairs-1', words: 'with a target each, by what one took', noun: 'introspectors' },
    ],
    course: { phase: 'alone', text: 'a page costs {first} with fewest, {last} with most' },
    silent: {
      text: 'Room is by memory alone: processors and event channels are not counted.',
      short: 'By memory alone.',
    },
    figures: ['density-growth'],
  },
  kind: 'observations',
  workload: 'page-walk',
  expectedSeconds: 150,
  per: 'introspector',
  headline: 'alone',
  overviewCaption: 'Median cost of a page, cache state tables, of each introspector (phase alone)',
  stateTitle: 'Numbers of introspectors',
  stateCaption: 'How many introspectors there are, each with a target of its own.',
  arms: ['minios'],
  states: DENSITY_STATES,
  phases: [
    {
      name: 'alone',
      meaning: 'median of a page of each introspector while the others wait for a job',
    },
    {
      name: 'together',
      meaning:
        'mean of a page while all introspectors have a job at once, turns of the others included',
    },
    { name: 'introspector-memory', meaning: 'memory of the host that an introspector took' },
    { name: 'target-memory', meaning: 'memory of the host that a target took' },
    {
      name: 'fit',
      meaning:
        'introspectors that the memory of the host has room for beside Dom0, by what those that are there took; targets counted too',
    },
  ],
  parameters: [
    {
      kind: 'number',
      name: 'domains-at-most',
      meaning: 'largest number of introspectors with a target each',
      default: 2,
      min: 1,
      max: 32,
    },
  ],
  figures: [],
} as const satisfies Benchmark;
