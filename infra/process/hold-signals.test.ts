import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const MODULE = new URL('hold-signals.ts', import.meta.url).href;

/** Runs a program that gets a SIGTERM in the middle of its work. */
function interrupted(before: string): Promise<{ out: string; by: string | null; code: unknown }> {
  const program = `
    const { holdSignals } = await import('${MODULE}');
    ${before}
    await holdSignals(async () => {
      process.kill(process.pid, 'SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log('whole');
    });
    console.log('after');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    console.log('still there');
  `;
  return new Promise((resolve) => {
    const argv = ['--import', 'tsx', '--input-type=module', '--eval', program];
    execFile(process.execPath, argv, (error, out) => {
      resolve({ out, by: error?.signal ?? null, code: error?.code ?? 0 });
    });
  });
}

describe('holdSignals', () => {
  it('ends the work first, and then by the signal', async () => {
    const { out, by } = await interrupted('');
    expect(out).toMatch(/^whole\n(after\n)?$/);
    expect(by).toBe('SIGTERM');
  }, 30_000);

  it('leaves the signal to who listens anyway', async () => {
    const { out, by, code } = await interrupted(
      "process.on('SIGTERM', () => console.log('heard'));",
    );
    expect(out).toBe('heard\nwhole\nafter\nstill there\n');
    expect({ by, code }).toEqual({ by: null, code: 0 });
  }, 30_000);
});
