/**
 * How a run was measured and estimated. Each sentence stands only where the result has what it says.
 */
import type { RegionKind } from '../../../harness/run/outcome.ts';
import type { Result, Summary } from '../../../results/types.ts';
import { formatNumber } from '../format.ts';

/** Where a guest's pages were looked for. */
const PARTS: Readonly<Record<RegionKind, string>> = {
  kernel: ', those around its kernel’s entry of system calls',
  process: ', those of the process that its vcpu 0 was in when it was looked for',
  address: ', those around a given address',
};

/** What pages were read of, when some were. */
function pagesText({ summary, manifest }: Result): string {
  if (!summary.benchmarks.includes('page-walk')) return '';
  const { guest } = manifest.options;
  if (!guest) return '; pages are read from one paused target';
  const kind = manifest.region?.kind;
  return `; pages are read from one guest that is not ours (${guest})${kind === undefined ? '' : PARTS[kind]}`;
}

function armsText(result: Result): string[] {
  const { arms, measures } = result.summary;
  if (arms.length < 2) {
    return [`One arm was measured, ${arms.join()}: nothing is compared.`];
  }
  const units = new Set(measures.map(({ unit }) => unit));
  const costs = [
    ...(units.has('instructions') ? ['instructions that the machine executed, Xen included'] : []),
    ...(units.has('ticks') || units.has('ns') ? ['the time of each arm’s time-stamp counter'] : []),
  ];
  if (costs.length === 0) return [];
  return [
    `All arms run the same C source of each workload${pagesText(result)}. Costs are ${costs.join(' and ')}, read before and after each phase and kept raw.`,
  ];
}

/** By which way pages were read: the only one that is measured. */
function waysText({ summary }: Result): string[] {
  if (!summary.benchmarks.includes('page-walk')) return [];
  return [
    'Pages are read by mapping them, in the cheapest way to map that each arm has: one reserved area filled by several ioctls in Dom0, a window of page-table entries in Mini-OS. Other ways to read a guest were not measured.',
  ];
}

function orderText({ manifest }: Result): string[] {
  const { order, seed, machines } = manifest;
  if (order.length === 0) return [];
  const count = (key: 'boot' | 'block') =>
    new Set(order.map((job) => `${job.boot ?? 0} ${key === 'block' ? job.block : ''}`)).size;
  const apart =
    machines === undefined
      ? ''
      : ' Each benchmark had an emulated machine of its own, on which all of its arms were measured.';
  const many = (n: number, noun: string) => `${formatNumber(n)} ${noun}${n === 1 ? '' : 's'}`;
  return [
    `${many(order.length, 'job')} ran in ${many(count('block'), 'block')} of ${many(count('boot'), 'boot')}; in each block the arms’ order was drawn at random (seed ${seed}) and mirrored.${apart} Nothing measured was dropped; warm-up is a phase of its own and in no figure.`,
  ];
}

/** Which arm is compared with which. */
function sidesOf({ arms, aa = false }: Summary): string {
  if (aa) return '';
  const known = arms.every((arm) => arm === 'dom0' || arm === 'minios');
  return known ? ' Dom0 over Mini-OS,' : ' the others over Mini-OS,';
}

function estimateText(summary: Summary): string[] {
  const { ratios, measures } = summary;
  if (measures.every(({ interval95 }) => interval95 === null)) return [];
  const ratio =
    ratios.length === 0
      ? ''
      : ` Ratios of arms are${sidesOf(summary)} paired by block, with intervals of the same kind.`;
  return [
    `Estimates are medians (quantiles of type 7 [Hyndman 1996]) with 95 % intervals by Student’s t on the logarithms of the medians of the units of the highest level that was repeated (boots, creations, blocks) [Kalibera 2013]; what varies above that level is in none.${ratio}`,
  ];
}

function refusalText({ refusals }: Summary): string[] {
  if (refusals.length === 0) return [];
  const refused = refusals.filter(({ outcome }) => outcome === 'refused').length;
  const granted = refusals.filter(({ outcome, expected }) => outcome === expected).length;
  const but =
    granted === 0
      ? ', as they have to be.'
      : `; ${granted} granted, because the introspector’s privilege is all of its target.`;
  return [
    `${refused} of ${refusals.length} requests beyond ${granted === 0 ? 'the introspectors’ rights' : 'what reading needs'} were refused${but}`,
  ];
}

function checksText(summary: Summary, isOurs: boolean): string[] {
  const { digests, events = [] } = summary;
  const agree = digests.filter(({ agrees }) => agrees).length;
  const own = events.filter(({ benchmark }) => benchmark === 'events');
  const lost = own.reduce((sum, entry) => sum + (entry.lost ?? 0), 0);
  const guest = events.filter(({ benchmark }) => benchmark === 'guest-events');
  const answered = guest.reduce((sum, entry) => sum + entry.responses, 0);
  return [
    ...(digests.length === 0
      ? []
      : [
          `Every batch returned a digest of what it read: for ${agree} of ${digests.length} pairs of arm and benchmark all of them agree with ${isOurs ? 'the target’s own' : 'that of the first reading'}.`,
        ]),
    ...(own.length === 0
      ? []
      : [
          `Events were counted by the target and by the introspector: ${formatNumber(lost)} were lost.`,
        ]),
    ...(guest.length === 0
      ? []
      : [
          `Events of the guest were counted by the introspector alone: all ${formatNumber(answered)} requests were answered.`,
        ]),
    ...refusalText(summary),
  ];
}

function protocolText({ protocols = [] }: Summary): string[] {
  if (!protocols.some(({ protocol }) => protocol === 'seed-2018')) return [];
  return [
    'Beside this protocol (v1), pages were also read as the TinyVMI paper did [TinyVMI 2018]: one batch, caches as they are, a clock of microseconds, the mean (protocol seed-2018).',
  ];
}

/** The method of a run that has figures; of any other one, nothing was estimated. */
export function methodOf(result: Result): string[] {
  const { summary } = result;
  if (summary.measures.length === 0) return [];
  return [
    ...armsText(result),
    ...waysText(result),
    ...orderText(result),
    ...checksText(summary, !result.manifest.options.guest),
    ...estimateText(summary),
    ...protocolText(summary),
  ];
}
