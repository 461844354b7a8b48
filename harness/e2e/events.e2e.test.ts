/**
 * Events for real: both arms listen to a guest that runs, and a guest outlives those who listen.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES, type UserError } from '../../infra/errors.ts';
import { createEmulatedTestbed } from '../../infra/index.ts';
import type { Domain, Testbed } from '../../infra/testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { readResult } from '../../results/store/reader.ts';
import { resolveEventsOptions } from '../plan/events/options.ts';
import { makeEventsPlan } from '../plan/events/plan.ts';
import type { EventsJob } from '../protocol/job.ts';
import type { ProtocolRecord } from '../protocol/records.ts';
import { takeEventsOff } from '../run/events/recover.ts';
import {
  INTROSPECTOR_LABELS,
  type Introspector,
  openDomain,
  openProcess,
} from '../run/introspector.ts';
import { lastWords } from '../run/last-words.ts';
import { type WatchedTarget, watchTarget } from '../run/target.ts';
import { tinyvmiBench } from './command-line.ts';
import { median, onlyResultIn, resultsIn, summaryIn } from './results.ts';
import { leftovers, useWorkspace } from './workspace.ts';

const { runs } = useWorkspace();

describe('a run of events', () => {
  const args = ['run', '--bench', 'events', '--state', 'cpuid,debug,breakpoint', '--blocks', '1'];

  it('compares both arms, loses nothing, and is refused where it must be', async () => {
    const ended = await tinyvmiBench([...args, '--out', runs]);
    expect(ended.stderr).not.toContain('error:');
    expect(ended.exitCode).toBe(EXIT_CODES.success);
    const folder = await onlyResultIn(runs);
    const summary = await summaryIn(folder);
    for (const state of ['cpuid', 'debug'] as const) {
      for (const arm of ['dom0', 'minios'] as const) {
        const roundTrip = median(summary, arm, state, 'round-trip');
        expect(median(summary, arm, state, 'added')).toBeCloseTo(
          roundTrip - median(summary, arm, state, 'unmonitored'),
          6,
        );
        expect(median(summary, arm, state, 'handler')).toBeLessThan(roundTrip);
      }
      expect(median(summary, 'minios', state, 'added')).toBeLessThan(
        median(summary, 'dom0', state, 'added'),
      );
    }
    for (const entry of summary.events ?? []) {
      expect(entry).toMatchObject({ lost: 0, errors: 0, responses: entry.requests });
      expect(entry.executed).toBe(entry.events);
      expect(entry.events).toBeGreaterThanOrEqual(entry.asked);
    }
    expect(summary.events).toHaveLength(4);
    // Emulated SVM registers INT3 and never delivers it.
    const skipped = summary.skipped.filter(({ what }) => what.includes('breakpoint'));
    expect(skipped).toHaveLength(2);
    for (const { reason } of skipped) expect(reason).toContain('none arrived');
    expect(ended.stdout).toMatch(/^– skipped: /m);
    // Emulated SVM offers neither, says Xen itself.
    for (const [kind, reason] of [
      ['single-step', 'not among the kinds that Xen says it offers'],
      ['memory-access', 'Xen answers EINVAL'],
    ]) {
      const unmeasured = summary.skipped.find(({ what }) => what === `events of kind ${kind}`);
      expect(unmeasured?.reason).toContain(reason);
    }
    const refusal = summary.refusals.find(({ attempt }) => attempt === 'read-only-events');
    expect(refusal).toMatchObject({ outcome: 'refused', by: 'introspector' });
    await readResult(folder);
    expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain('counted on both sides');
    expect(await leftovers()).toEqual([]);
  });

  it('Ctrl-C in mid-burst, jobs after the first, ends with 130 and leaves nothing', async () => {
    const known = await resultsIn(runs);
    // Where progress is not drawn over, not every job has its line. All kinds take far longer.
    const ended = await tinyvmiBench(['run', '--bench', 'events', '--out', runs], {
      when: ', job 1 of',
      act: async (pid) => {
        await sleep(6_000);
        process.kill(pid, 'SIGINT');
      },
    });
    expect(ended.stderr).toContain('Interrupted');
    expect(ended.exitCode).toBe(EXIT_CODES.interrupted);
    expect(await resultsIn(runs)).toEqual(known);
    expect(await leftovers()).toEqual([]);
  });
});

describe('a guest in mid-burst', () => {
  const plan = makeEventsPlan(resolveEventsOptions({ state: ['cpuid'] }));
  const closing = new AbortController();
  const surroundings = { silenceMs: 60_000, signal: closing.signal };
  let testbed: Testbed;
  let target: Domain;
  let watched: WatchedTarget;
  let base: bigint;

  async function createTarget() {
    target = await testbed.xen.createDomain(plan.domains.target);
    watched = watchTarget(target, 120_000, closing.signal);
    watched.ended.catch(() => {});
    base = (await watched.ready).base;
  }

  beforeAll(async () => {
    testbed = await createEmulatedTestbed({ clock: 'counted' }, SILENT);
    await testbed.start();
    await createTarget();
  });
  afterAll(async () => {
    closing.abort();
    await testbed.stop();
  });

  function job(count: number): EventsJob {
    return {
      workload: 'events',
      domid: target.domid,
      type: 'pvh',
      kind: 'cpuid',
      count,
      batch: 20,
      wait: 'adaptive',
      notify: 'drain',
      spin: 0,
      walk: 0,
      vcpus: 1,
      others: 0,
      base,
      timeout: 2_000,
    };
  }

  /** What the job gives; when it gives an error, with what the target and Xen said last. */
  async function explained<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (cause) {
      const words = await lastWords(testbed, watched.tail());
      throw new Error(`${(cause as Error).message}${words}`, { cause });
    }
  }

  /** Listens for ever, does something once the first monitored batch has come, and gives the error. */
  async function interrupted(introspector: Introspector, act: () => Promise<unknown>) {
    let acted: Promise<unknown> | undefined;
    const ended = await introspector
      .ask(job(1_000_000_000), (record) => {
        if (record.type === 'V' && record.monitored) acted ??= act();
      })
      .catch((error: unknown) => error);
    await acted;
    expect(acted).toBeDefined();
    return ended as UserError;
  }

  /**
   * The guest goes on and makes events again, none of which is lost, and none has ever been wrong:
   * not even the CPUID that waited for an answer when the listener died.
   */
  async function expectRunnable() {
    await takeEventsOff(testbed, target, 'cpuid');
    expect(await target.state()).toBe('running');
    const { introspector, process } = await openProcess(testbed, 'Dom0', surroundings);
    const records: ProtocolRecord[] = [];
    await explained(introspector.ask(job(50), (record) => void records.push(record)));
    await process.kill();
    const totals = records.find((record) => record.type === 'N');
    if (totals?.type !== 'N') throw new Error('no totals');
    expect(totals.lost).toBe(0);
    expect(totals.executed).toBe(totals.events);
    expect(totals.errors).toBe(0);
  }

  it('whose introspector in Dom0 dies by kill -9 runs on', async () => {
    const { introspector } = await openProcess(testbed, INTROSPECTOR_LABELS.dom0, surroundings);
    const error = await interrupted(introspector, () =>
      testbed.run(['killall', '-9', 'tinyvmi-introspector']),
    );
    expect(error).toMatchObject({ kind: 'crash' });
    await expectRunnable();
  });

  it('whose Mini-OS introspector is destroyed runs on', async () => {
    const domain = await testbed.xen.createDomain(plan.domains.eventIntrospector);
    const introspector = openDomain(domain, INTROSPECTOR_LABELS.minios, surroundings);
    const error = await interrupted(introspector, () =>
      testbed.run(['xl', 'destroy', domain.name]),
    );
    expect(error).toMatchObject({ kind: 'crash' });
    await expectRunnable();
  });

  it('has one introspector: a second one is refused with a clear error', async () => {
    const one = await openProcess(testbed, 'The first', surroundings);
    const two = await openProcess(testbed, 'The second', surroundings);
    let second: Promise<unknown> | undefined;
    await explained(
      one.introspector.ask(job(2_000), (record) => {
        if (record.type !== 'V' || !record.monitored) return;
        second ??= two.introspector.ask(job(50), () => {}).catch((error: unknown) => error);
      }),
    );
    const error = (await second) as Error;
    expect(error.message).toMatch(/could not do the job/);
    expect(error.message).toMatch(/target has a listener already.*EBUSY/);
    await one.process.kill();
    await two.process.kill();
    await expectRunnable();
  });

  it('that is paused from outside is told of, and runs on when it may', async () => {
    const { introspector, process } = await openProcess(
      testbed,
      INTROSPECTOR_LABELS.dom0,
      surroundings,
    );
    const error = await interrupted(introspector, () => testbed.run(['xl', 'pause', target.name]));
    expect(error.message).toContain('target is paused');
    await process.kill();
    await testbed.run(['xl', 'unpause', target.name]);
    await expectRunnable();
  });

  it.each([
    ['shut down', (name: string) => ['xl', 'sysrq', name, 'b'], /target is shut down/],
    ['destroyed', (name: string) => ['xl', 'destroy', name], /target is (being destroyed|gone)/],
  ])('that is %s is named as the reason', async (_what, command, reason) => {
    const { introspector, process } = await openProcess(
      testbed,
      INTROSPECTOR_LABELS.dom0,
      surroundings,
    );
    const error = await interrupted(introspector, () => testbed.run(command(target.name)));
    expect(error.message).toMatch(reason);
    await process.kill();
    await target.destroy();
    await createTarget();
  });

  it('that is destroyed is named by a Mini-OS introspector too, which goes on', async () => {
    const domain = await testbed.xen.createDomain(plan.domains.eventIntrospector);
    const introspector = openDomain(domain, INTROSPECTOR_LABELS.minios, surroundings);
    const error = await interrupted(introspector, () =>
      testbed.run(['xl', 'destroy', target.name]),
    );
    expect(error.message).toMatch(/target is (being destroyed|gone)/);
    await target.destroy();
    await createTarget();
    const records: ProtocolRecord[] = [];
    await explained(introspector.ask(job(50), (record) => void records.push(record)));
    expect(records.find(({ type }) => type === 'N')).toMatchObject({ lost: 0, errors: 0 });
    await domain.destroy();
  });
});
