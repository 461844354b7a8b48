/**
 * boot: the way from nothing to the first page that an introspector has read and answered.
 */
import type { Benchmark } from '../benchmark.ts';
import { BOOT_STATES } from '../words.ts';

/** The boot benchmark. */
export const boot = {
  id: 'boot',
  title: 'Boot',
  question:
    'What does it take from its first instruction until an introspector has answered its first page: of a Mini-OS domain, a Linux domain with a minimal initramfs, and a Dom0 process?',
  answer: {
    compared: 'An introspector in {a} takes {times} what it takes in {b}',
    alone: 'An introspector in {a} takes {value}',
    states: [
      { state: 'first-page', words: 'from its first instruction to its first answered page' },
    ],
    figures: ['boot-stages'],
  },
  kind: 'observations',
  workload: 'page-walk',
  expectedSeconds: 28,
  per: 'start',
  headline: 'boot',
  overviewCaption: 'From the first instruction to the first answered page (phase boot)',
  stateTitle: 'Ends of a start',
  stateCaption: 'Where a start leads to.',
  arms: ['dom0', 'minios', 'linux-domu'],
  states: BOOT_STATES,
  phases: [
    {
      name: 'boot',
      meaning:
        'from the first instruction to the first answered page, by the clock of the host: whatever runs meanwhile counts',
    },
    {
      name: 'own',
      meaning:
        'what the vcpu of the domain itself ran until then, in Xen on its behalf included, by the account of Xen',
    },
    {
      name: 'build',
      meaning: 'what Dom0 ran while the toolstack built the domain, by the account of Xen',
    },
    { name: 'start', meaning: 'from the request to run to the first instruction' },
    {
      name: 'kernel',
      meaning: "from the first instruction to the introspector's own: kernel, or loader",
    },
    { name: 'introspector', meaning: 'from there until it can be asked' },
    { name: 'job', meaning: 'until the job, which waited for it, is read' },
    { name: 'page', meaning: 'until the page is read, the target opened first' },
    { name: 'answer', meaning: 'until the answer is handed over' },
    {
      name: 'wall',
      meaning: 'from the order to create it to its answer, on the machine of the harness',
    },
  ],
  parameters: [
    {
      kind: 'number',
      name: 'starts',
      meaning: 'starts of the Mini-OS domain and of the Dom0 process',
      default: 3,
      min: 1,
      max: 100,
    },
    {
      kind: 'number',
      name: 'linux-starts',
      meaning: 'starts of the Linux domain, each some twenty seconds on an emulated host',
      default: 1,
      min: 1,
      max: 100,
    },
  ],
  figures: [],
} as const satisfies Benchmark;
