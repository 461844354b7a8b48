/**
 * What must be the same in two results before their figures may be compared, by key.
 *
 * Left out is what a comparison is about (images of the introspector, the commit), and what only
 * repeats (arms, states, blocks, seed).
 */
import { createHash } from 'node:crypto';
import type { Imported } from './imported/types.ts';
import type { Manifest, Summary } from './types.ts';

/** Keys with their values as text. */
export type Identity = Readonly<Record<string, string>>;

/** Keys that begin so tell what a tick is: without them the same, there is nothing to compare. */
export const CLOCK_KEYS = 'clock';

/** Options that say how often and in which order, not what; and those that other keys tell. */
const REPETITION = new Set([
  'benchmark',
  'arms',
  'states',
  'aa',
  'boots',
  'domains',
  'protocols',
  'seededSlowdown',
  'blocks',
  'until',
  'repeat',
  'warmup',
  'seed',
  'timeout',
  'recount',
  'ruleFile',
  'clock',
  'testbed',
  'privilege',
  'miniosImage',
  'start',
  'xen',
  'dom0',
]);

/** Options that results of earlier versions lack, with the value that is what those did. */
const AS_BEFORE: Readonly<Record<string, unknown>> = {
  hostMemory: 0,
  guest: '',
  address: '',
  region: 'kernel',
  allowPause: false,
};

function optionsOf(options: Readonly<Record<string, unknown>>): [string, string][] {
  const benchmark = String(options.benchmark);
  return Object.entries(options)
    .filter(([name, value]) => !REPETITION.has(name) && AS_BEFORE[name] !== value)
    .map(([name, value]) => [`${benchmark}.${name}`, textOf(value)]);
}

/** An option as text; one that is a document by its hash. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return String(value);
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}

/** Clocks by arm. One that was not the same in all boots is listed with all that it was. */
function clocksOf({ clocks }: Manifest, counted: boolean): [string, string][] {
  const kinds = new Map<string, Set<string>>();
  for (const { arm, source, emulated, frequency } of clocks) {
    const traps = { yes: 'emulated by Xen', no: 'native', unknown: 'native or not: unknown' };
    // Three digits: Xen measures the frequency at each boot, and never quite the same.
    const speed = counted ? '' : `, ${Number((frequency / 1e6).toPrecision(3))} MHz`;
    const known = kinds.get(arm) ?? new Set();
    kinds.set(arm, known.add(`${source}, ${traps[emulated]}${speed}`));
  }
  return [...kinds].map(([arm, all]) => [`${CLOCK_KEYS}.${arm}`, [...all].join('; ')]);
}

/**
 * What an emulated host runs on. Its arguments are the program's own, as the images are, and no difference
 * between two machines.
 */
function emulatorOf(facts: Readonly<Record<string, string>>): [string, string][] {
  const qemu = /version (\d\S*)/.exec(facts.qemu ?? '')?.[1];
  const accelerator = /^\w+/.exec(facts.accelerator ?? '')?.[0];
  return [
    ...(qemu === undefined ? [] : [['emulator.qemu', qemu] as [string, string]]),
    ...(accelerator === undefined
      ? []
      : [['emulator.accelerator', accelerator] as [string, string]]),
  ];
}

/** The identity of a run. */
export function identityOfRun(summary: Summary, manifest: Manifest): Identity {
  const { testbed } = summary;
  const counted = testbed.clock === 'counted';
  const host = manifest.testbed;
  return Object.fromEntries([
    ['testbed', testbed.kind],
    [CLOCK_KEYS, `${testbed.clock}, in ${testbed.tickUnit}`],
    ...clocksOf(manifest, counted),
    ...(host === null
      ? []
      : [
          ['xen', host.xen.version],
          ...(host.facts['xen source'] === undefined
            ? []
            : [['xen.source', host.facts['xen source']]]),
          ['flask', host.xen.flask],
          ['dom0.kernel', host.dom0.kernel],
          ['dom0.mode', host.dom0.mode],
          ['cpus', String(host.cpus)],
          ...emulatorOf(host.facts),
        ]),
    ...(counted ? [] : [['host.cpu', host?.facts.cpu ?? manifest.host.cpu]]),
    ...optionsOf(manifest.options),
    ...(manifest.furtherOptions ?? []).flatMap(optionsOf),
  ]);
}

/** The identity of samples from elsewhere. */
export function identityOfImported({ unit }: Imported): Identity {
  return { testbed: 'imported', [CLOCK_KEYS]: unit };
}
