import { describe, expect, it } from 'vitest';
import type { Executed } from '../../../infra/testbed.ts';
import { executedIn } from './executed.ts';
import type { Span } from './spans.ts';

const spans: Span[] = [
  { part: 'open', from: 1000n, to: 1000n },
  { part: 'walk', from: 1100n, to: 2100n },
  { part: 'map', from: 2100n, to: 2400n },
  { part: 'close', from: 2500n, to: 2600n },
];

function executed(xen: number, program: number, programCalls = 0): Executed {
  return { xen, kernel: 0, program, other: 0, kernelCalls: 0, programCalls };
}

/** Before each reading from 1100 on, among those of others. */
const OWN = [
  executed(40, 60),
  executed(700, 305, 2),
  executed(200, 99, 1),
  executed(0, 100),
  executed(50, 50),
];
const LOG = [executed(5000, 5000), executed(1, 1), ...OWN, executed(9000, 1)];

describe('executedIn', () => {
  it('finds the batch in the log, and gives each span who executed it', () => {
    const amounts = executedIn(spans, LOG, 'dom0').map((amount) => Object.fromEntries(amount));
    expect(amounts).toEqual([
      {},
      { clock: 1000, xen: 700, kernel: 0, program: 305, 'system-calls': 2 },
      { clock: 300, xen: 200, kernel: 0, program: 99, 'system-calls': 1 },
      { clock: 100, xen: 50, kernel: 0, program: 50, 'system-calls': 0 },
    ]);
  });

  it('takes the calls of a unikernel for what they are, no system calls', () => {
    expect(executedIn(spans, LOG, 'minios')[1]?.has('system-calls')).toBe(false);
  });

  it('refuses a log that does not agree with the clock', () => {
    const other = LOG.map((interval) => ({ ...interval, xen: interval.xen * 1.1 }));
    expect(() => executedIn(spans, other, 'dom0')).toThrow('the nearest differs by');
    expect(() => executedIn(spans, OWN.slice(1), 'dom0')).toThrow('no batch whose readings');
  });
});
