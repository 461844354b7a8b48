/**
 * Faults for real: what dies under a run, and a user who stops it. Each time one clear error, a
 * non-zero exit, nothing written, nothing left.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../infra/errors.ts';
import { createEmulatedTestbed } from '../../infra/index.ts';
import type { Testbed } from '../../infra/testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { resolveOptions } from '../plan/page-walk/options.ts';
import { makePlan } from '../plan/page-walk/plan.ts';
import { runPlan } from '../run/run.ts';
import { fakeCodeBase } from '../run/testing/fake-code-base.ts';
import { FORGETFUL } from '../run/testing/forgetful.ts';
import { qemuBelow, tinyvmiBench } from './command-line.ts';
import { resultsIn } from './results.ts';
import { staysUp } from './stays-up.ts';
import { leftovers, useWorkspace } from './workspace.ts';

const { runs } = useWorkspace();

describe('the host machine', () => {
  afterEach(async () => {
    expect(await leftovers()).toEqual([]);
    expect(await resultsIn(runs)).toEqual([]);
  });

  const stages = [
    { stage: 'while the host boots', when: 'booting the emulated host', start: 'cold' },
    { stage: 'while the host is restored', when: 'restoring the emulated host' },
    { stage: 'while the target starts', when: 'Starting the target' },
    { stage: 'while measuring', when: 'Measuring' },
    { stage: 'during the refusals', when: 'Asking for what must be refused' },
  ];
  it.each(stages)('Ctrl-C $stage ends with 130 and leaves nothing', async ({ when, start }) => {
    const ended = await tinyvmiBench(
      [
        ...['run', '--bench', 'page-walk', '--out', runs, '--blocks', '1'],
        ...(start === undefined ? [] : ['--start', start]),
      ],
      {
        when,
        act: (pid) => void process.kill(pid, 'SIGINT'),
      },
    );
    expect(ended.stderr).toContain('Interrupted');
    expect(ended.exitCode).toBe(EXIT_CODES.interrupted);
  });

  it('QEMU killed in mid-run is one clear error', async () => {
    const ended = await tinyvmiBench(
      ['run', '--bench', 'page-walk', '--out', runs, '--blocks', '1'],
      {
        when: 'Measuring',
        act: async (pid) => {
          const [qemu] = await qemuBelow(pid);
          process.kill(qemu as number, 'SIGKILL');
        },
      },
    );
    expect(ended.stderr).toContain('The testbed was lost');
    expect(ended.exitCode).toBe(EXIT_CODES.error);
  });
});

describe('the testbed', () => {
  let testbed: Testbed;
  beforeAll(async () => {
    testbed = await createEmulatedTestbed({ clock: 'counted' }, SILENT);
    await testbed.start();
  });
  afterAll(async () => {
    await testbed.stop();
  });
  afterEach(async () => {
    const names = (await testbed.xen.domains()).map((domain) => domain.name);
    expect(names).toEqual(['Domain-0']);
  });

  /** Runs on the testbed, which stays up, and does something once both arms are at work. */
  async function runWith(act: () => Promise<unknown>) {
    const plan = makePlan(resolveOptions({ blocks: '2', timeout: '20' }));
    let acted: Promise<unknown> | undefined;
    const outcome = await runPlan(plan, {
      testbed: staysUp(testbed),
      codeBase: fakeCodeBase,
      recorder: FORGETFUL,
      progress: {
        ...SILENT,
        detail: (text) => {
          if (/job [4-9]\b/.test(text)) acted ??= act();
        },
      },
      signal: new AbortController().signal,
    });
    await acted;
    return outcome;
  }

  it('a target that is destroyed in mid-run is a crash of the target', async () => {
    const outcome = await runWith(() => testbed.run(['xl', 'destroy', 'tv-target']));
    expect(outcome).toMatchObject({ status: 'crash' });
    expect('error' in outcome && outcome.error.message).toMatch(/target died/i);
  });

  it('an introspector domain that is destroyed in mid-run is a crash of the introspector', async () => {
    const outcome = await runWith(() => testbed.run(['xl', 'destroy', 'tv-introspector']));
    expect(outcome).toMatchObject({ status: 'crash' });
    expect('error' in outcome && outcome.error.message).toContain('introspector');
  });

  it('an introspector domain that hangs is found by its silence', async () => {
    const outcome = await runWith(() => testbed.run(['xl', 'pause', 'tv-introspector']));
    expect(outcome).toMatchObject({ status: 'error' });
    expect('error' in outcome && outcome.error.message).toContain('no sign of life');
  });

  it('a Dom0 introspector that is killed in mid-run is a crash of the introspector', async () => {
    const outcome = await runWith(() => testbed.run(['killall', '-9', 'tinyvmi-introspector']));
    expect(outcome).toMatchObject({ status: 'crash' });
    expect('error' in outcome && outcome.error.message).toMatch(/introspector/i);
  });
});
