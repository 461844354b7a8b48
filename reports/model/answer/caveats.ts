/**
 * What an answer does not say: decided by the clock, by how often it was measured, and by the benchmark.
 */
import type { Caveat } from '../../../bench/answer.ts';
import type { Benchmark } from '../../../bench/benchmark.ts';
import { isExact } from '../../../bench/words.ts';
import type { Measure } from '../../../harness/analyse/analyse.ts';
import type { Result } from '../../../results/types.ts';
import { AA_NOTE } from '../aa.ts';

/** Counted instructions are no time. */
export const INSTRUCTIONS: Caveat = {
  text: 'These figures are instructions that the emulated machine executed, Xen included. They are not time: no cache, TLB or VM-exit cost is modelled. They serve like-for-like ratios and regression gates; a claim in microseconds needs a real host.',
  short: 'Instructions, not time.',
};

const EMULATED_TICKS: Caveat = {
  text: 'This machine was emulated and its clock ran with the emulation: ticks say nothing about the time that real hardware takes.',
  short: 'Emulated ticks, not hardware’s.',
};

const ONE_BOOT: Caveat = {
  text: 'This is one boot of one host: how boots and hosts differ is not in the interval.',
  short: 'One boot of one host.',
};

const ONE_HOST: Caveat = {
  text: 'This is one host: how hosts differ is not in the interval.',
  short: 'One host.',
};

function clockCaveat({ summary, manifest }: Result): Caveat {
  const { emulated, clock } = summary.testbed;
  if (clock === 'counted') return INSTRUCTIONS;
  if (emulated) return EMULATED_TICKS;
  const boots = new Set(manifest.order.map(({ boot = 0 }) => boot)).size;
  return boots > 1 ? ONE_HOST : ONE_BOOT;
}

/** What an interval about a ratio leaves open. */
export function spreadCaveats(interval: readonly [number, number] | null, n: number): Caveat[] {
  if (interval === null) {
    return [
      {
        text: `It was measured ${n === 1 ? 'once' : `${n} times`}, which is too few for a 95 % interval.`,
        short: '',
      },
    ];
  }
  if (interval[0] < 1 && interval[1] > 1) {
    return [
      {
        text: 'The interval holds 1: this run shows no difference.',
        short: 'No difference shown.',
      },
    ];
  }
  return [];
}

/** What an interval that is made of those of two medians leaves open. */
export function unpairedCaveats({
  interval,
  paired,
  blocks,
}: {
  interval: readonly [number, number] | null;
  paired: boolean;
  blocks: number;
}): Caveat[] {
  if (paired || interval === null) return [];
  return blocks === 1
    ? [
        {
          text: 'It is of one block: how blocks differ is not in the interval, whose ends are made of those of both medians.',
          short: 'One block.',
        },
      ]
    : [{ text: 'The ends of the interval are made of those of both medians.', short: '' }];
}

/** What holds for the run as a whole. */
export function runCaveats({ summary }: Result): Caveat[] {
  const { broken = [], left = [], aa = false } = summary;
  return [
    ...(aa ? [{ text: AA_NOTE, short: 'Nothing differs but chance.' }] : []),
    ...(broken.length === 0
      ? []
      : [
          {
            text: `Not measured, because their machine broke: ${broken.map(({ benchmark }) => benchmark).join(', ')}.`,
            short: `Broken: ${broken.map(({ benchmark }) => benchmark).join(', ')}.`,
          },
        ]),
    ...(left.length === 0
      ? []
      : [
          {
            text: `The run left something behind on its testbed: ${left.join('; ')}.`,
            short: 'It left something behind.',
          },
        ]),
  ];
}

/** What a figure of this unit does not say: ticks by their clock, what was counted or sized by itself. */
export function measureCaveats(
  { unit }: Pick<Measure, 'unit'>,
  { answer }: Benchmark,
  result: Result,
): Caveat[] {
  const own = answer.silent === undefined ? [] : [answer.silent];
  return isExact(unit) ? own : [clockCaveat(result), ...own];
}
