/**
 * What limits the meaning of a run's figures: threats to validity that its own data show.
 */
import { ARM_LABELS, type Unit } from '../../../bench/words.ts';
import type { Result, Summary } from '../../../results/types.ts';
import type { NamedDiagnosis } from '../diagnosis.ts';
import { armLabel, formatNumber } from '../format.ts';
import type { Fact } from '../types.ts';

/** Units of what is repeated and varies; the others are found once. */
const COSTS: readonly Unit[] = ['instructions', 'ticks', 'ns'];
/** A drift that is this likely by chance is not named. */
const DRIFT_P = 0.01;
/** A change of the level from the first third to the last that is worth a sentence. */
const DRIFT_SIZE = 0.01;

function clockThreats({ testbed, measures }: Summary): Fact[] {
  const units = new Set(measures.map(({ unit }) => unit));
  if (units.has('instructions')) {
    return [
      {
        label: 'Construct: instructions are not time',
        value:
          'Instructions executed by an emulated machine model no cache, TLB or VM-exit cost. Ratios of instructions need not be ratios of time on hardware.',
      },
    ];
  }
  if (!testbed.emulated || !(units.has('ticks') || units.has('ns'))) return [];
  return [
    {
      label: 'Construct: the clock runs with the emulation',
      value: 'Ticks of an emulated machine say nothing about the time that hardware takes.',
    },
  ];
}

function bootThreats({ manifest, summary }: Result): Fact[] {
  const boots = new Set(manifest.order.map(({ boot = 0 }) => boot)).size;
  if (boots === 0 || summary.measures.length === 0 || boots > 4) return [];
  return [
    {
      label: `Conclusion: ${boots === 1 ? 'one boot' : `${boots} boots`}`,
      value:
        boots === 1
          ? 'How boots differ is not known from one, and is in no interval.'
          : 'The spread between so few boots is itself known badly; intervals are expanded for that.',
    },
  ];
}

function sizeThreats({ measures }: Summary): Fact[] {
  const few = measures.filter(
    ({ interval95, unit }) => interval95 === null && COSTS.includes(unit),
  );
  if (few.length === 0) return [];
  const names = [...new Set(few.map(({ arm, state }) => `${ARM_LABELS[arm]} ${state}`))];
  return [
    {
      label: 'Conclusion: too few samples',
      value: `No interval can be given for ${names.join(', ')}.`,
    },
  ];
}

function kernelThreats({ manifest, summary }: Result): Fact[] {
  const clocks = manifest.clocks.filter(({ arm }) => arm.startsWith('minios'));
  const kernels = [...new Set(clocks.map(({ kernel }) => kernel.replaceAll('_', ' ')))];
  const hidden = summary.counts.some(
    ({ what, perPage }) => what === 'hypercalls' && perPage === null,
  );
  return [
    ...(kernels.length === 0
      ? []
      : [
          {
            label: `External: ${kernels.length === 1 ? 'one unikernel' : `${kernels.length} unikernels`}`,
            value: `The Mini-OS arm ran on the kernel ${kernels.join(' or ')}; another Mini-OS may cost more or less.`,
          },
        ]),
    ...(hidden
      ? [
          {
            label: 'Internal: hypercalls of Dom0’s kernel',
            value:
              'A process does not see the hypercalls that its kernel makes for it: they are in the cost, and not in the counts.',
          },
        ]
      : []),
  ];
}

function privilegeThreats({ testbed: { privilege = 'flask' } }: Summary): Fact[] {
  if (privilege === 'flask') return [];
  return [
    {
      label: 'Construct: more privilege than reading needs',
      value:
        'Without FLASK, the introspector’s domain had the privilege of a stub domain over its target (set-target), and could have written to it. That the figures can be had with the least privilege is not shown by this run, nor is what a policy would refuse; and Xen makes other checks than with FLASK.',
    },
  ];
}

function mappingThreats({ benchmarks, measures }: Summary): Fact[] {
  if (!benchmarks.includes('page-walk') || measures.length === 0) return [];
  return [
    {
      label: 'Construct: pages are mapped',
      value:
        'What is compared is mapping a page and reading it. To have Xen copy it, or to put several requests into one ioctl or multicall, may cost either arm less, and was measured in neither: that a placement costs less to map from does not say that it costs less to read from.',
    },
  ];
}

function libvmiThreats({ arms }: Summary): Fact[] {
  if (!arms.includes('dom0-libvmi')) return [];
  return [
    {
      label: 'Construct: upstream LibVMI has other caches',
      value:
        'LibVMI keeps what it mapped, and has no way to map a page for one use: its states cold and tables are brought about by emptying its page cache, after each page and after each batch, and that is in the cost. It does not tell mapping from copying: its phase map holds both.',
    },
  ];
}

function eventThreats({ benchmarks, measures }: Summary): Fact[] {
  if (!benchmarks.includes('events') || measures.length === 0) return [];
  return [
    {
      label: 'Construct: a running target',
      value:
        'Events need a target that runs, so that its own interrupts and timers are among the round trips. A monitor on another kind of load adds another amount.',
    },
  ];
}

function guestEventThreats({ benchmarks, measures }: Summary): Fact[] {
  if (!benchmarks.includes('guest-events') || measures.length === 0) return [];
  return [
    {
      label: 'Construct: a guest that nobody prepared',
      value:
        'Its load was not controlled, and may have been another for each arm and job: how far apart events are says more of the guest than of the introspector. What an event costs the guest is not known.',
    },
  ];
}

function paperThreats({ protocols = [] }: Summary): Fact[] {
  if (protocols.length === 0) return [];
  return [
    {
      label: 'External: the paper’s figures',
      value:
        'They are means of one batch on hardware of 2018, published without spread [TinyVMI 2018]. They are drawn on axes of their own, and nothing is computed with both.',
    },
  ];
}

function driftThreats(diagnoses: readonly NamedDiagnosis[]): Fact[] {
  const drifting = diagnoses.filter(
    ({ drift }) =>
      drift.p < DRIFT_P &&
      drift.lastToFirst !== null &&
      Math.abs(drift.lastToFirst - 1) > DRIFT_SIZE,
  );
  if (drifting.length === 0) return [];
  const names = drifting.map(
    ({ arm, state, drift }) =>
      `${armLabel(arm)} ${state} (last third ${formatNumber(((drift.lastToFirst ?? 1) - 1) * 100, 1)} % from the first)`,
  );
  return [
    { label: 'Internal: drift', value: `The level changed during the run: ${names.join('; ')}.` },
  ];
}

function sourceThreats({ manifest }: Result): Fact[] {
  const { commit, modified } = manifest.tool;
  if (commit !== null && modified !== true) return [];
  return [
    {
      label: 'Repeatability: the program',
      value:
        commit === null
          ? 'It was no checkout: no commit names what was run.'
          : 'The checkout had changes that no commit holds; image hashes still name what was booted.',
    },
  ];
}

/** The threats, of those kinds that this result has. */
export function threatsOf(result: Result, diagnoses: readonly NamedDiagnosis[]): Fact[] {
  const { summary } = result;
  return [
    ...clockThreats(summary),
    ...privilegeThreats(summary),
    ...mappingThreats(summary),
    ...libvmiThreats(summary),
    ...eventThreats(summary),
    ...guestEventThreats(summary),
    ...kernelThreats(result),
    ...driftThreats(diagnoses),
    ...bootThreats(result),
    ...sizeThreats(summary),
    ...paperThreats(summary),
    ...sourceThreats(result),
  ];
}
