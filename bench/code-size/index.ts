/**
 * code-size: how much code has to be trusted for an introspector to run: lines of its source, bytes of
 * what is in memory, and the ways into the kernel and the hypervisor.
 */
import type { Benchmark } from '../benchmark.ts';
import { CODE_STATES } from '../words.ts';

/** The code-size benchmark. */
export const codeSize = {
  id: 'code-size',
  title: 'Code size',
  question: 'How much code does an introspector run on, in Dom0 and in a Mini-OS domain?',
  answer: {
    compared: 'An introspector in {a} rests on {times} the code that it rests on in {b}',
    alone: 'An introspector in {a} rests on {value}',
    states: [
      { state: 'lines', words: 'by physical lines', alone: 'with blank ones and comments' },
      { state: 'code', words: 'by lines of code', alone: 'of code' },
      { state: 'text', words: 'by bytes of machine code', alone: 'of machine code' },
      { state: 'data', words: 'by bytes of data', alone: 'of data' },
      {
        state: 'hypercalls',
        words: 'by the hypercalls that it can make',
        alone: 'that it can make',
        noun: 'hypercalls',
      },
      {
        state: 'system-calls',
        words: 'by the system calls that it can make',
        alone: 'that it can make',
        noun: 'system calls',
      },
    ],
    silent: {
      text: 'It is how much code has to be trusted, not how much of it is wrong.',
      short: 'Size, not risk.',
    },
    figures: ['code-lines', 'code-bytes'],
  },
  kind: 'observations',
  workload: null,
  expectedSeconds: 4,
  per: 'arm',
  headline: 'total',
  overviewCaption: 'What an arm runs on (phase total)',
  stateTitle: 'Ways to size code',
  stateCaption: 'What is counted or measured.',
  arms: ['dom0', 'minios'],
  states: CODE_STATES,
  phases: [
    { name: 'total', meaning: 'all parts that count by the rule; of calls, all that can be made' },
    {
      name: 'kernel',
      meaning:
        'the kernel that the introspector runs on, Linux without drivers as the paper counted',
    },
    { name: 'library', meaning: 'the introspection library and its platform' },
    { name: 'introspector', meaning: 'workloads, jobs and records; of images, the program' },
    { name: 'xen-libraries', meaning: "Xen's libraries that it maps" },
    { name: 'c-library', meaning: 'the C library' },
    { name: 'xen-headers', meaning: "Xen's public headers; not in the total" },
    { name: 'other-headers', meaning: 'headers of compiler and libraries; not in the total' },
    {
      name: 'kernel-builtin',
      meaning: "what this kernel's configuration compiles into its image; not in the total",
    },
    { name: 'kernel-modules', meaning: 'what it compiles into modules; not in the total' },
    { name: 'modules', meaning: 'modules that are loaded' },
    { name: 'libraries', meaning: 'libraries that are mapped' },
  ],
  parameters: [],
  figures: [],
} as const satisfies Benchmark;
