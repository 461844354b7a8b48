/**
 * Where a run takes place: the emulated testbed, or a host with a Xen of its own.
 */
import {
  chooseHost,
  createEmulatedTestbed,
  createHostTestbed,
  type HostSettings,
  hostMemoryMiB,
  hvmGuestsOf,
} from '../../infra/index.ts';
import {
  type ClockMode,
  EMULATED,
  type ExtraPrograms,
  type Progress,
  type Testbed,
} from '../../infra/testbed.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { domainsOf, isSampled, type Suite } from '../plan/suite.ts';
import { usage } from '../plan/values.ts';

/** What the arms of these plans bring. */
function extrasOf(suite: Suite): ExtraPrograms {
  const arms = suite.flatMap(({ options }) => options.arms);
  const { miniosImage } = suite[0].options;
  return {
    libvmi: arms.includes('dom0-libvmi'),
    miniosImage: miniosImage === '' ? undefined : miniosImage,
  };
}

/** CPUs of the emulated host. Counted time has one; in wall time guest and introspector run side by side. */
const CPUS: Readonly<Record<ClockMode, number>> = { counted: 1, wall: 2 };

/** One of the two. */
export type Place =
  | { kind: typeof EMULATED }
  | { kind: 'ssh' | 'local'; settings: HostSettings; allowPolicyLoad: boolean; tune: boolean };

/**
 * The place that options name, and the options with what it makes of them.
 * @throws UserError of kind `usage` for a place that is not known, or for what it cannot do
 */
export async function choosePlace(
  raw: RawRunOptions,
): Promise<{ place: Place; raw: RawRunOptions }> {
  const settings = await chooseHost(raw.testbed ?? EMULATED, raw.testbeds);
  if (settings === EMULATED) {
    for (const [option, given, why] of [
      ['--tune', raw.tune, 'the emulated testbed has its processors to itself'],
      ['--allow-policy-load', raw.allowPolicyLoad, 'the emulated testbed boots with our policy'],
    ] as const) {
      if (given) throw usage(`${option} is about a host: ${why}.`, 'Leave it out.');
    }
    return { place: { kind: EMULATED }, raw };
  }
  if (Number(raw.boots ?? 1) > 1) {
    throw usage(
      `--boots ${raw.boots}: ${settings.name} is not restarted by a run.`,
      'Use --domains, or run again after each restart and compare the results.',
    );
  }
  if (raw.hostMemory !== undefined) {
    throw usage(
      `--host-memory ${raw.hostMemory}: ${settings.name} has the memory that it has.`,
      'Leave it out; testbeds.yaml limits what a run may take of it.',
    );
  }
  if (raw.start !== undefined) {
    throw usage(
      `--start ${raw.start}: ${settings.name} is up already.`,
      'Leave it out; only the emulated testbed is started.',
    );
  }
  for (const name of ['xen', 'dom0'] as const) {
    if (raw[name] === undefined) continue;
    throw usage(
      `--${name} ${raw[name]}: ${settings.name} has the Xen and the Dom0 that it has.`,
      `Leave it out; tinyvmi-bench doctor --testbed ${settings.name} tells what they are.`,
    );
  }
  const { allowPolicyLoad = false, tune = false, clock = settings.clock } = raw;
  const place = { kind: settings.reach.kind, settings, allowPolicyLoad, tune };
  return { place, raw: { ...raw, clock } };
}

/** The guest of the host whose events these plans listen to, if they do. */
function listensTo(suite: Suite): { guest: string; kinds: readonly string[] } | undefined {
  for (const { options } of suite) {
    if (options.benchmark === 'guest-events') {
      return { guest: options.guest, kinds: options.states };
    }
  }
  return undefined;
}

function hostTestbed(
  place: Exclude<Place, { kind: typeof EMULATED }>,
  suite: Suite,
  progress: Progress,
) {
  const { settings, allowPolicyLoad, tune } = place;
  const [{ options }] = suite;
  const { clock, privilege, seededSlowdown } = options;
  const domains = domainsOf(suite.filter((plan) => isSampled(plan) || !plan.needs));
  const pauses =
    options.benchmark === 'page-walk' && options.allowPause ? options.guest : undefined;
  return createHostTestbed(
    {
      settings,
      allowPolicyLoad,
      tune,
      clock,
      privilege,
      seededSlowdown,
      domains,
      pauses,
      listens: listensTo(suite),
      ...extrasOf(suite),
    },
    progress,
  );
}

/** A testbed at that place, not yet started. */
export async function testbedAt(place: Place, suite: Suite, progress: Progress): Promise<Testbed> {
  if (place.kind !== EMULATED) return hostTestbed(place, suite, progress);
  const { clock, privilege, seededSlowdown, hostMemory, start, xen, dom0 } = suite[0].options;
  const domains = domainsOf(suite);
  const memoryMiB = hostMemory > 0 ? hostMemory : hostMemoryMiB(domains);
  const hvmGuests = hvmGuestsOf(domains);
  const cpus = CPUS[clock];
  const chosen = { clock, cpus, memoryMiB, privilege, seededSlowdown, start, xen, dom0, hvmGuests };
  return createEmulatedTestbed({ ...chosen, ...extrasOf(suite) }, progress);
}

/** Every command by which a run of these plans would change the host, in their order. */
export async function changesAt(
  place: Place,
  suite: Suite,
  progress: Progress,
  signal: AbortSignal,
): Promise<string[]> {
  return place.kind === EMULATED ? [] : hostTestbed(place, suite, progress).changes(signal);
}
