import { describe, expect, it } from 'vitest';
import { encodeJob, MAX_JOB_LENGTH } from './job.ts';

describe('encodeJob', () => {
  it('writes the line that the protocol defines', () => {
    expect(
      encodeJob(7, {
        workload: 'page-walk',
        domid: 3,
        type: 'pvh',
        state: 'cold',
        base: 0x5a0000000000n,
        pages: 500,
        batch: 500,
        depth: 4,
        repeat: 2,
        warmup: 1,
      }),
    ).toBe(
      'seq=7 workload=page-walk domid=3 type=pvh state=cold base=0x5a0000000000 pages=500 batch=500 depth=4 repeat=2 warmup=1',
    );
    expect(
      encodeJob(9, { workload: 'locate', domid: 3, type: 'hvm', pages: 7, region: 'process' }),
    ).toBe('seq=9 workload=locate domid=3 type=hvm pages=7 region=process');
    expect(encodeJob(8, { workload: 'exit' })).toBe('seq=8 workload=exit');
  });

  it('stays far below the longest line', () => {
    const line = encodeJob(2 ** 31, {
      workload: 'page-walk',
      domid: 32751,
      type: 'pvh',
      state: 'tables',
      base: 2n ** 64n - 1n,
      pages: 500000,
      batch: 4096,
      depth: 5,
      repeat: 10000,
      warmup: 10000,
    });
    expect(line.length).toBeLessThan(MAX_JOB_LENGTH / 2);
  });
});
