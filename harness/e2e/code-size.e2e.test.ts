/**
 * Code size for real: counted on this machine, and asked of a booted Dom0.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Arm, CodeState } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { tinyvmiBench } from './command-line.ts';
import { onlyResultIn, summaryIn } from './results.ts';
import { useWorkspace } from './workspace.ts';

const { runs } = useWorkspace();
let folder: string;
let summary: Summary;

beforeAll(async () => {
  const ended = await tinyvmiBench(['run', '--bench', 'code-size', '--out', runs]);
  expect(ended.stderr).toContain('Code sized');
  expect(ended.exitCode).toBe(0);
  folder = await onlyResultIn(runs);
  summary = await summaryIn(folder);
}, 1_200_000);

function value(arm: Arm, state: CodeState, phase = 'total'): number | undefined {
  return summary.measures.find(
    (found) => found.arm === arm && found.state === state && found.phase === phase,
  )?.p50;
}

describe('code-size', () => {
  it('keeps the unikernel small', () => {
    expect(value('minios', 'code')).toBeLessThan(8000);
    const bytes = (value('minios', 'text') ?? Number.NaN) + (value('minios', 'data') ?? Number.NaN);
    expect(bytes).toBeLessThan(96 * 1024);
    expect(value('minios', 'system-calls')).toBe(0);
    expect(value('minios', 'hypercalls')).toBeGreaterThan(0);
  });

  it('sizes what runs in Dom0', () => {
    expect(value('dom0', 'text', 'kernel')).toBeGreaterThan(10e6);
    expect(value('dom0', 'text', 'modules')).toBeGreaterThan(10_000);
    expect(value('dom0', 'text', 'libraries')).toBeGreaterThan(1e6);
    expect(value('dom0', 'system-calls')).toBeGreaterThan(300);
    expect(value('dom0', 'hypercalls')).toBeGreaterThan(value('minios', 'hypercalls') as number);
  });

  it('has the lines of Dom0, or says why not', () => {
    const skipped = summary.skipped.filter(({ what }) => what.endsWith('of dom0'));
    if (skipped.length === 0) expect(value('dom0', 'code')).toBeGreaterThan(1e6);
    for (const { reason } of skipped) expect(reason).toContain('--recount');
  });

  it('writes down where each fact comes from, and draws it beside the paper', async () => {
    const table = await readFile(join(folder, 'observations.csv'), 'utf8');
    expect(table).toMatch(/dom0,text,libraries,bytes,0,\d+,.*libc\.so\.6/);
    expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain('read off its plot');
  });
});
