/**
 * Where a result comes from, and how to get it again.
 */
import { findBenchmark } from '../../bench/registry.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import type { RegionKind } from '../../harness/run/outcome.ts';
import { BUILD_TOOLS, OWN_TOOLS, WHY_OWN_TOOLS } from '../../infra/testbed.ts';
import type { ClockEntry, Manifest, Result, Summary } from '../../results/types.ts';
import { formatBytes, formatNumber, formatSeconds } from './format.ts';
import type { Fact, Repeat, Step, Table } from './types.ts';

function commitOf({ tool }: Manifest): string {
  if (tool.commit === null) return 'no checkout';
  return `${tool.commit.slice(0, 12)}${tool.modified ? ', with changes' : ''}`;
}

/** What of a guest that is not ours was read. Results of before `--region` do not say. */
const REGIONS: Readonly<Record<RegionKind, string>> = {
  kernel: ' of its kernel’s text',
  process: ' of the process that vcpu 0 was in',
  address: ' around a given address',
};

/** The targets of a run, one a benchmark that takes samples: the others have those, or none. */
function targetsOf({ region, options, furtherOptions = [] }: Manifest): string {
  const all = [options, ...furtherOptions];
  if (region === null && !all.some(({ guest }) => guest)) return 'none';
  const ours = `${String(options.target).toUpperCase()} guest`;
  const describe = (of: Record<string, unknown>) => {
    if (of.benchmark === 'guest-events') {
      return `guest ${of.guest} of the host, not ours, listened to as it runs`;
    }
    if (of.guest) {
      const part = region?.kind === undefined ? '' : REGIONS[region.kind];
      return `guest ${of.guest} of the host, not ours: ${formatNumber(Number(of.pages))} pages${part} from ${region?.base} read, page size ${region?.pageSize}, ${of.allowPause ? 'paused for it' : 'not paused for it'}`;
    }
    return of.benchmark === 'events'
      ? `${ours}, ${of.vcpus} vcpu${of.vcpus === 1 ? '' : 's'} making events, running`
      : `${ours}, ${formatNumber(Number(of.pages))} pages read, page size ${of.pageSize}, paused`;
  };
  const takesSamples = ({ benchmark }: Record<string, unknown>) =>
    findBenchmark(String(benchmark))?.kind !== 'observations';
  const sampled = all.filter(takesSamples);
  return sampled.length === 0 ? ours : sampled.map(describe).join('; ');
}

/** A run that was slowed down on purpose says so. */
function seededSlowdownOf({ options }: Manifest): Fact[] {
  const { seededSlowdown = 0 } = options;
  if (Number(seededSlowdown) === 0) return [];
  return [{ label: 'Slowed down on purpose', value: `${seededSlowdown} instructions a page` }];
}

/** By what right the introspector read, where it is not the least that there is. */
function privilegeOf({ testbed: { privilege = 'flask' } }: Summary): Fact[] {
  if (privilege === 'flask') return [];
  return [
    {
      label: 'Privilege',
      value:
        'set-target (XEN_DOMCTL_set_target, that of a stub domain): all of the target’s memory, for writing too; the address space was handed in from Dom0',
    },
  ];
}

/** Lives of the testbed and creations of the domains, when there were several. */
function livesOf({ options, lives = 1 }: Manifest): string {
  const { boots = 1, domains = 1 } = options;
  if (Number(boots) * Number(domains) === 1 && lives === 1) return '';
  const more =
    lives > Number(boots) ? `, in ${lives} lives of the testbed after interruptions` : '';
  return `; ${boots} boots, in each ${domains} creations of the domains${more}`;
}

/** How the lives of the testbed came to be, where we started it. */
function startsOf({ starts = [] }: Manifest): Fact[] {
  const cold = starts.filter(({ start }) => start.kind === 'cold').length;
  const boots = new Map<string, Set<string>>();
  for (const { start } of starts) {
    if (start.kind === 'cold') continue;
    boots.set(start.boot, (boots.get(start.boot) ?? new Set()).add(start.snapshot));
  }
  const told = [
    ...(cold === 0 ? [] : [cold === 1 ? 'booted once' : `booted ${cold} times`]),
    ...[...boots].map(([boot, snapshots]) => {
      const word = snapshots.size === 1 ? 'snapshot' : 'snapshots';
      return `restored from ${word} ${[...snapshots].join(', ')} of boot ${boot}, which count as one boot`;
    }),
  ];
  return told.length === 0 ? [] : [{ label: 'Start of the testbed', value: told.join('; ') }];
}

/** Images that another machine would not have built alike are told of at the head. */
function buildToolsOf(facts: Readonly<Record<string, string>>): Fact[] {
  if (facts[BUILD_TOOLS] !== OWN_TOOLS) return [];
  const why = facts[WHY_OWN_TOOLS];
  return [
    {
      label: 'Images built with',
      value: `${OWN_TOOLS} compiler (${facts.compiler ?? 'unknown'})${why === undefined ? '' : `: ${why}`}`,
    },
  ];
}

/** That the run ended by its own intervals, which then cover a little less often. */
function precisionOf({ until }: Manifest): Fact[] {
  if (until === undefined) return [];
  const { percent, level, atMost, measured, reached } = until;
  const counts = Object.entries(measured).map(([benchmark, units]) => `${units} of ${benchmark}`);
  const end = reached ? 'reached' : 'not reached';
  return [
    {
      label: 'Precision',
      value: `${level} added until ratios of arms were known to ${percent} %: ${end} (${counts.join(', ')}; at most ${atMost}). Intervals that end a run cover a little less often than others: docs/calibration.md`,
    },
  ];
}

/** The facts at the head of a report. */
export function headFacts({ summary, manifest, manifestDigest }: Result): Fact[] {
  const { testbed } = manifest;
  return [
    { label: 'Testbed', value: summary.testbed.description },
    ...(testbed === null
      ? []
      : [
          { label: 'Memory of the testbed', value: formatBytes(testbed.memory) },
          { label: 'FLASK', value: testbed.xen.flask },
          ...privilegeOf(summary),
          ...buildToolsOf(testbed.facts),
          ...startsOf(manifest),
        ]),
    {
      label: 'Target',
      value: targetsOf(manifest),
    },
    ...seededSlowdownOf(manifest),
    { label: 'Run', value: `${manifest.id}, ${formatSeconds(manifest.seconds)}` },
    {
      label: 'Order',
      value: `${manifest.order.length} jobs in randomised, mirrored blocks, seed ${manifest.seed}${livesOf(manifest)}`,
    },
    ...precisionOf(manifest),
    {
      label: 'Version',
      value: `${manifest.tool.name} ${manifest.tool.version} (${commitOf(manifest)})`,
    },
    { label: 'Manifest', value: `sha256 ${manifestDigest}` },
  ];
}

/** Clocks of the arms' domains and processes; equal ones as one, with their number. */
function clocksOf({ clocks }: Manifest): (ClockEntry & { times: number })[] {
  const counted = new Map<string, ClockEntry & { times: number }>();
  for (const { benchmark: _benchmark, boot: _boot, creation: _creation, ...clock } of clocks) {
    const key = JSON.stringify(clock);
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { ...clock, times: 1 });
    else known.times++;
  }
  return [...counted.values()];
}

/** Clocks and kernels of the arms. */
export function clockTable({ manifest }: Result): Table {
  return {
    id: 'clocks',
    title: 'Clocks and kernels',
    caption:
      'What each arm ran on, and what reading its clock costs (median ticks between two readings).',
    columns: [
      { label: 'arm', align: 'left' },
      { label: 'kernel', align: 'left' },
      { label: 'clock', align: 'left' },
      { label: 'traps into Xen', align: 'left' },
      { label: 'ticks a second', align: 'right' },
      { label: 'read cost', align: 'right' },
      { label: 'monotonic', align: 'left' },
      { label: 'domains or processes', align: 'right' },
    ],
    rows: clocksOf(manifest).map((clock) => [
      ARM_LABELS[clock.arm],
      clock.kernel.replaceAll('_', ' '),
      clock.source,
      clock.emulated,
      clock.frequency === 0 ? 'unknown' : formatNumber(clock.frequency),
      formatNumber(clock.readCost),
      clock.monotonic ? 'yes' : 'NO',
      formatNumber(clock.times),
    ]),
  };
}

/** What an evaluator of the artifact runs, what it takes, and what to expect. */
function stepsOf({ manifest, summary }: Result): Step[] {
  return [
    {
      command: 'npm ci && npx tinyvmi-bench doctor',
      expect: 'Installs the pinned packages, and names what else this machine lacks.',
    },
    {
      command: manifest.command,
      expect: `Measures again. This run took ${formatSeconds(manifest.seconds)} with ${manifest.host.cores} cores; the first one builds the images besides.${
        summary.measures.some(({ unit }) => unit === 'instructions') &&
        !summary.benchmarks.includes('guest-events')
          ? ' Medians of counted instructions are expected to come back within about a percent.'
          : ''
      }`,
    },
    {
      command: `npx tinyvmi-bench compare <this result> <yours>`,
      expect:
        'Gives a verdict for each benchmark, arm and state: equivalent is a reproduction; another testbed or target is refused, naming the difference.',
    },
    {
      command: 'npx tinyvmi-bench report <yours>',
      expect:
        'Checks every hash and draws this report from the result, without Xen or QEMU, in seconds.',
    },
  ];
}

/** How to repeat the run, and with what. */
export function repeatOf(result: Result): Repeat {
  const { manifest } = result;
  const { host, testbed } = manifest;
  return {
    command: manifest.command,
    steps: stepsOf(result),
    facts: [
      { label: 'Started', value: manifest.startedAt },
      { label: 'Machine', value: `${host.cpu}, ${host.cores} cores, ${formatBytes(host.memory)}` },
      { label: 'System', value: `${host.os}, kernel ${host.kernel}, Node ${host.node}` },
      ...(testbed === null
        ? []
        : [
            { label: "Xen's options", value: testbed.xen.commandLine },
            ...Object.entries(testbed.facts).map(([label, value]) => ({ label, value })),
          ]),
    ],
    images: Object.entries(manifest.images).map(([label, value]) => ({ label, value })),
  };
}
