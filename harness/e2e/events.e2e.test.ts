/**
 * Events for real: both arms listen to a guest that runs, and a guest outlives those who listen.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES, type UserError } from '../../infra/errors.ts';
import { createEmulatedTestbed } from '../../infra/index.ts';
import type { Domain, Progress, Testbed } from '../../infra/testbed.ts';
import { readResult } from '../../results/store/reader.ts';
import type { Summary } from '../../results/types.ts';
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
import { watchTarget } from '../run/target.ts';
import {
  leftovers,
  ownTemporaryFolder,
  resultsIn,
  summaryIn,
  tinyvmiBench,
} from './command-line.ts';

let temporary: string;
let before: string[];
let runs: string;
beforeAll(async () => {
  temporary = await ownTemporaryFolder();
  before = await leftovers();
  runs = await mkdtemp(join(tmpdir(), 'tvb-e2e-'));
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

describe('a run of events', () => {
  const args = ['run', '--bench', 'events', '--state', 'cpuid,debug,breakpoint', '--blocks', '1'];

  function median(summary: Summary, arm: string, state: string, phase: string): number {
    const found = summary.measures.find(
      (m) => m.arm === arm && m.state === state && m.phase === phase,
    );
    if (found === undefined) throw new Error(`no ${phase} of ${arm}, ${state}`);
    return found.p50;
  }

  it('compares both arms, loses nothing, and is refused where it must be', async () => {
    const ended = await tinyvmiBench([...args, '--out', runs]);
    expect(ended.stderr).not.toContain('error:');
    expect(ended.exitCode).toBe(EXIT_CODES.success);
    const [name] = await resultsIn(runs);
    const folder = join(runs, name as string);
    const summary = await summaryIn(folder);
    for (const state of ['cpuid', 'debug']) {
      for (const arm of ['dom0', 'minios']) {
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
    expect(ended.stdout).toContain('skipped: events of breakpoint');
    const refusal = summary.refusals.find(({ attempt }) => attempt === 'read-only-events');
    expect(refusal).toMatchObject({ outcome: 'refused', by: 'introspector' });
    await readResult(folder);
    expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain('counted on both sides');
    expect(await leftovers()).toEqual(before);
  });

  it('Ctrl-C in mid-burst ends with 130 and leaves nothing', async () => {
    const known = await resultsIn(runs);
    const ended = await tinyvmiBench([...args, '--out', runs], {
      when: 'block 1 of 1, job 1',
      act: (pid) => void process.kill(pid, 'SIGINT'),
    });
    expect(ended.stderr).toContain('Interrupted');
    expect(ended.exitCode).toBe(EXIT_CODES.interrupted);
    expect(await resultsIn(runs)).toEqual(known);
    expect(await leftovers()).toEqual(before);
  });
});

describe('a guest in mid-burst', () => {
  const silent: Progress = { step() {}, detail() {}, done() {}, warn() {} };
  const plan = makeEventsPlan(resolveEventsOptions({ state: ['cpuid'] }));
  const closing = new AbortController();
  const surroundings = { silenceMs: 60_000, signal: closing.signal };
  let testbed: Testbed;
  let target: Domain;
  let base: bigint;

  async function createTarget() {
    target = await testbed.xen.createDomain(plan.domains.target);
    base = (await watchTarget(target, 120_000, closing.signal).ready).base;
  }

  beforeAll(async () => {
    testbed = await createEmulatedTestbed({ clock: 'counted' }, silent);
    await testbed.start();
    await createTarget();
  });
  afterAll(async () => {
    closing.abort();
    await testbed.stop();
    expect(await leftovers()).toEqual(before);
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
      base,
      timeout: 250,
    };
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
    await introspector.ask(job(50), (record) => void records.push(record));
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
    await one.introspector.ask(job(2_000), (record) => {
      if (record.type !== 'V' || !record.monitored) return;
      second ??= two.introspector.ask(job(50), () => {}).catch((error: unknown) => error);
    });
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
    [
      'destroyed',
      (name: string) => ['xl', 'destroy', name],
      /target is (being destroyed|gone)|died/,
    ],
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
});
