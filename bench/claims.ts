/**
 * What a report may say, as data: each sentence with the expression over a result that backs it. A
 * sentence that none of these back is not written.
 */

/** One figure of a result. */
export interface Quantity {
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
}

/** How many times `to` the quantity `of` is, at the median, and where that has to lie. */
export interface RatioExpression {
  kind: 'ratio';
  of: Quantity;
  to: Quantity;
  /** Bounds that the ratio has to keep; either may be left out. */
  least?: number;
  most?: number;
}

/** A sentence, who made it, and what decides it. */
export interface Claim {
  id: string;
  sentence: string;
  /** Whose it is. */
  source: string;
  /** `time`: it is about time, so that counted instructions cannot decide it. */
  about: 'time' | 'cost' | 'size';
  expression: RatioExpression;
  /** Options of a run that has enough to decide it. Default: the benchmark of the expression. */
  options?: string;
}

/** Options of `run` that measure what decides a claim. */
export function optionsFor({ expression, options }: Claim): string {
  return options ?? `--bench ${expression.of.benchmark}`;
}

function unikernelToDom0(
  benchmark: string,
  state: string,
  phase: string,
  bounds: { least?: number; most?: number },
): RatioExpression {
  const quantity = (arm: string): Quantity => ({ benchmark, arm, state, phase });
  return { kind: 'ratio', of: quantity('minios'), to: quantity('dom0'), ...bounds };
}

const OURS = 'tinyvmi-bench';

/** Every claim, ours first. */
export const CLAIMS: readonly Claim[] = [
  {
    id: 'cold-half',
    sentence:
      'By mapping it, the unikernel reads a cold page at no more than half of what that costs Dom0.',
    source: OURS,
    about: 'cost',
    expression: unikernelToDom0('page-walk', 'cold', 'total', { most: 0.5 }),
  },
  {
    id: 'tables-half',
    sentence:
      'With page-table pages mapped, the unikernel maps and reads a page at no more than half of what that costs Dom0.',
    source: OURS,
    about: 'cost',
    expression: unikernelToDom0('page-walk', 'tables', 'total', { most: 0.5 }),
  },
  {
    id: 'batch-half',
    sentence:
      'When many pages are mapped in one call, the unikernel reads a page at no more than half of what that costs Dom0.',
    source: OURS,
    about: 'cost',
    expression: unikernelToDom0('page-walk', 'batch', 'total', { most: 0.5 }),
  },
  {
    id: 'warm-same',
    sentence: 'Once everything is mapped, the placement changes the cost of a page by at most 2 %.',
    source: OURS,
    about: 'cost',
    expression: unikernelToDom0('page-walk', 'warm', 'total', { least: 1 / 1.02, most: 1.02 }),
  },
  {
    id: 'boot-linux',
    sentence:
      'From its first instruction to its first answered page, the Mini-OS domain costs at most 1/500 of what a minimal Linux domain does.',
    source: OURS,
    about: 'cost',
    expression: {
      kind: 'ratio',
      of: { benchmark: 'boot', arm: 'minios', state: 'first-page', phase: 'boot' },
      to: { benchmark: 'boot', arm: 'linux-domu', state: 'first-page', phase: 'boot' },
      most: 1 / 500,
    },
    options: '--bench boot --starts 6 --linux-starts 6',
  },
  {
    id: 'paper-time',
    sentence: 'The unikernel needs more than 30 % less time to read a page.',
    source: 'TinyVMI, 2018',
    about: 'time',
    expression: unikernelToDom0('page-walk', 'tables', 'total', { most: 0.7 }),
  },
  {
    id: 'paper-code',
    sentence: 'The unikernel has more than 50 % less code.',
    source: 'TinyVMI, 2018',
    about: 'size',
    expression: unikernelToDom0('code-size', 'lines', 'total', { most: 0.5 }),
  },
  {
    id: 'predecessor-loss',
    sentence: 'Monitoring from the unikernel loses 92 % less performance than from Dom0.',
    source: 'its predecessor, 2015; read here as what a monitor adds to a write of CR3',
    about: 'time',
    expression: unikernelToDom0('events', 'cr3-write', 'added', { most: 0.08 }),
  },
  {
    id: 'weekly-events',
    sentence: 'The unikernel is worse than Dom0 on events.',
    source: "TinyVMI's first weekly post, 2018",
    about: 'time',
    expression: unikernelToDom0('events', 'guest-request', 'added', { least: 1 }),
  },
];
