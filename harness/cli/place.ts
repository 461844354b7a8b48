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
  ownMinios,
} from '../../infra/index.ts';
import {
  type ClockMode,
  EMULATED,
  type ExtraPrograms,
  type FirstDomain,
  type Progress,
} from '../../infra/testbed.ts';
import { jobsAtOnce, type Room, roomHere } from '../campaign/jobs.ts';
import type { LivesContext } from '../campaign/lives.ts';
import { machinesOf, needsMachine } from '../campaign/machines.ts';
import { COMMON_CHOICES, type RawRunOptions } from '../plan/options.ts';
import { domainsOf, isSampled, type Suite } from '../plan/suite.ts';
import { usage } from '../plan/values.ts';
import { TARGET_READY } from '../run/target.ts';

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

/**
 * Whether an emulated host is ready within seconds: where it is restored (infra/emulated/bring-up.ts says of
 * which no snapshot is made). One of several CPUs has this machine to itself.
 */
function isQuick({ start, dom0, clock }: Suite[0]['options']): boolean {
  return start === 'restored' && dom0 === 'pv' && CPUS[clock] === 1;
}

/** One of the two. `jobs`: machines at the same time, as they were asked for. */
export type Place =
  | { kind: typeof EMULATED; jobs: string | undefined }
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
    const { jobs, clock = COMMON_CHOICES.clock[0] as ClockMode } = raw;
    if (jobs !== undefined && jobs !== '1' && (CPUS[clock as ClockMode] ?? 1) > 1) {
      throw usage(
        `--jobs ${jobs} --clock ${clock}: a machine whose clock is time has several processors of this one to itself.`,
        'Use --jobs 1, or count instructions: --clock counted.',
      );
    }
    return { place: { kind: EMULATED, jobs }, raw };
  }
  if (raw.jobs !== undefined) {
    throw usage(
      `--jobs ${raw.jobs}: ${settings.name} is one machine, and what ran there at the same time would disturb each other.`,
      'Leave it out; several hosts measure at the same time with --testbed <one>,<other>.',
    );
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

/** Memory of each of these machines in MiB: one size for all, so that they are alike. */
function machineMiB(machines: readonly Suite[], hostMemory: number): number {
  if (hostMemory > 0) return hostMemory;
  return Math.max(...machines.map((plans) => hostMemoryMiB(domainsOf(plans))));
}

/** Where the plans of a run take place, and how its testbeds are made. */
export type Site = Required<Pick<LivesContext, 'newTestbed' | 'machines' | 'jobs'>> & {
  /** `--jobs`, where it was given. */
  askedJobs: string | undefined;
};

/** The target that these plans make first, if they make one: whoever takes samples is first. */
function firstDomainOf(plans: Suite): FirstDomain | undefined {
  const sampled = plans.find(isSampled);
  if (sampled === undefined) {
    const [spec] = plans.flatMap((plan) => (isSampled(plan) ? [] : (plan.target ?? [])));
    return spec && { spec, readyMark: TARGET_READY };
  }
  if (!('target' in sampled.domains) || sampled.options.target === 'existing') return undefined;
  return { spec: sampled.domains.target, readyMark: TARGET_READY };
}

/** Emulated machines for these plans. */
function emulatedSite(suite: Suite, asked: string | undefined, room: Room): Site {
  const { clock, privilege, seededSlowdown, hostMemory, start, xen, dom0 } = suite[0].options;
  const machines = machinesOf(suite, {
    quick: isQuick(suite[0].options),
    asked: asked !== undefined,
  });
  const memoryMiB = machineMiB(machines, hostMemory);
  const hvmGuests = Math.max(...machines.map((plans) => hvmGuestsOf(domainsOf(plans))));
  const cpus = CPUS[clock];
  const chosen = { clock, cpus, memoryMiB, privilege, seededSlowdown, start, xen, dom0, hvmGuests };
  const booted = machines.filter(needsMachine).length;
  const places = cpus > 1 ? { ...room, cores: 1 } : room;
  return {
    machines,
    askedJobs: asked,
    jobs: jobsAtOnce(asked, Math.max(1, booted), memoryMiB, places),
    newTestbed: (progress, plans) =>
      createEmulatedTestbed(
        { ...chosen, ...extrasOf(suite), first: firstDomainOf(plans) },
        progress,
      ),
  };
}

/**
 * Where these plans take place.
 * @param room what this machine can carry; default: what it can now
 * @throws UserError of kind `usage` for more machines than there is room for
 */
export async function siteAt(place: Place, suite: Suite, room?: Room): Promise<Site> {
  const { miniosImage } = suite[0].options;
  // Before anything is built or booted for it.
  if (miniosImage !== '') await ownMinios(miniosImage);
  if (place.kind === EMULATED) return emulatedSite(suite, place.jobs, room ?? (await roomHere()));
  return {
    machines: [suite],
    askedJobs: undefined,
    jobs: 1,
    newTestbed: async (progress) => hostTestbed(place, suite, progress),
  };
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
