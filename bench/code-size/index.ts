/**
 * code-size: how much code has to be trusted for an introspector to run.
 */
import type { Benchmark } from '../benchmark.ts';
import { CODE_STATES } from '../words.ts';

/** Parts of the code of an arm. */
export const CODE_PARTS = [
  'kernel',
  'library',
  'introspector',
  'xen-headers',
  'c-headers',
] as const;

/** One part of the code of an arm. */
export type CodePart = (typeof CODE_PARTS)[number];

/** The code-size benchmark. */
export const codeSize = {
  id: 'code-size',
  title: 'Code size',
  question: 'How much code does an introspector run on, in Dom0 and in a Mini-OS domain?',
  kind: 'observations',
  workload: null,
  per: 'arm',
  headline: 'total',
  overviewCaption: 'Code of an arm (phase total)',
  stateTitle: 'Ways to count code',
  stateCaption: 'What is counted of the files of an arm.',
  arms: ['dom0', 'minios'],
  states: CODE_STATES,
  phases: [
    { name: 'total', meaning: 'all parts that count by the rule' },
    { name: 'kernel', meaning: 'the kernel that the introspector runs on' },
    { name: 'library', meaning: 'the introspection library and its platform' },
    { name: 'introspector', meaning: 'workloads, jobs and records' },
    { name: 'xen-headers', meaning: "Xen's public headers; not in the total" },
    { name: 'c-headers', meaning: 'headers of the compiler and the C library; not in the total' },
  ],
  parameters: [],
  figures: [],
} as const satisfies Benchmark;
