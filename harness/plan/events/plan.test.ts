import { describe, expect, it } from 'vitest';
import { UserError } from '../../../infra/errors.ts';
import type { RawRunOptions } from '../options.ts';
import { resolveEventsOptions } from './options.ts';
import { countOf, loadOf, makeEventsPlan } from './plan.ts';

describe('makeEventsPlan', () => {
  it('has a target that makes events, and two introspectors of which one may listen', () => {
    const { domains } = makeEventsPlan(resolveEventsOptions({ vcpus: '4', walk: '7' }));
    expect(domains.target).toMatchObject({ events: true, vcpus: 4, pages: 7, batch: 7 });
    expect(domains.eventIntrospector.profile).toBe('events');
    expect(domains.introspector.profile).toBeUndefined();
  });

  it('counts the event in which each batch is written, and the first', () => {
    const options = resolveEventsOptions({ events: '100', repeat: '3', vcpus: '2' });
    const plan = makeEventsPlan(options);
    expect(countOf(plan, 'cpuid')).toBe(2 * (1 + 3 * 101));
    expect(countOf(plan, 'vcpus-8')).toBe(8 * (1 + 3 * 101));
  });

  it('has a target with the vcpus of its largest state, on the wall clock', () => {
    const vcpus = (raw: RawRunOptions) =>
      makeEventsPlan(resolveEventsOptions(raw)).domains.target.vcpus;
    expect(vcpus({ clock: 'wall' })).toBe(8);
    expect(vcpus({ clock: 'wall', state: ['busy-4', 'vcpus-2'] })).toBe(4);
    expect(vcpus({ clock: 'wall', state: ['cpuid'] })).toBe(1);
  });

  it('leaves states about several vcpus out where there is one CPU, with the reason', () => {
    const plan = makeEventsPlan(resolveEventsOptions({ state: ['cpuid,vcpus-2,busy-8'] }));
    expect(plan.options.states).toEqual(['cpuid']);
    expect(plan.domains.target.vcpus).toBe(1);
    expect(plan.skipped).toEqual([
      { what: 'events of vcpus-2, busy-8', reason: expect.stringContaining('--clock wall') },
    ]);
    expect([...makeEventsPlan(resolveEventsOptions({ state: ['vcpus-2'] })).jobs]).toEqual([]);
    const onWall = makeEventsPlan(resolveEventsOptions({ state: ['vcpus-2'], clock: 'wall' }));
    expect([onWall.skipped, onWall.options.states]).toEqual([[], ['vcpus-2']]);
  });

  it('has each arm and state twice in each block', () => {
    const plan = makeEventsPlan(resolveEventsOptions({ state: ['debug,cpuid'], blocks: '2' }));
    const jobs = [...plan.jobs];
    expect(plan.jobs.length).toBe(jobs.length);
    expect(jobs).toHaveLength(2 * 2 * 2 * 2);
    expect(jobs.map((job) => job.order)).toEqual(jobs.map((_, index) => index));
  });
});

describe('minor states', () => {
  it('are measured in every second block of each creation', () => {
    const plan = makeEventsPlan(
      resolveEventsOptions({ state: ['cpuid,cpuid-poll'], blocks: '3', domains: '2' }),
    );
    const jobs = [...plan.jobs];
    expect(jobs.map(({ order }) => plan.jobs.at(order))).toEqual(jobs);
    expect(plan.jobs.at(jobs.length)).toBeUndefined();
    const blocksOf = (name: string) =>
      new Set(jobs.filter(({ state }) => state === name).map(({ block }) => block));
    expect([...blocksOf('cpuid')]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...blocksOf('cpuid-poll')]).toEqual([0, 2, 3, 5]);
    expect(jobs.map(({ order }) => order)).toEqual(jobs.map((_, index) => index));
  });
});

describe('loadOf', () => {
  const plan = makeEventsPlan(resolveEventsOptions({ wait: 'block', notify: 'event' }));

  it('is the run’s parameters, where the state does not say otherwise', () => {
    expect(loadOf(plan, 'cpuid')).toEqual({
      kind: 'cpuid',
      wait: 'block',
      notify: 'event',
      spin: 0,
      walk: 0,
      vcpus: 1,
      others: 0,
    });
    expect(loadOf(plan, 'busy-4')).toMatchObject({ vcpus: 1, others: 3 });
    expect(loadOf(plan, 'cpuid-poll')).toMatchObject({ kind: 'cpuid', wait: 'poll' });
    expect(loadOf(plan, 'cpuid-steady').spin).toBeGreaterThan(0);
    expect(loadOf(plan, 'cr3-write-walk')).toMatchObject({ kind: 'cr3-write', walk: 10 });
  });
});

describe('resolveEventsOptions', () => {
  it('takes all states that begin alike', () => {
    const { states } = resolveEventsOptions({ state: ['busy-*,debug'] });
    expect(states).toEqual(['debug', 'busy-2', 'busy-4', 'busy-8']);
  });

  it.each([
    [{ state: ['cold'] }, '--state cold', 'cpuid'],
    [{ state: ['warm*'] }, '--state warm*', 'cpuid'],
    [{ wait: 'hope' }, '--wait hope', 'adaptive, block, poll'],
    [{ notify: 'never' }, '--notify never', 'drain, event'],
    [{ vcpus: '9' }, '--vcpus 9', '1 to 8'],
    [{ events: '0' }, '--events 0', '1 to 4096'],
    [{ walk: '65' }, '--walk 65', '1 to 64'],
  ])('refuses %j and names what is accepted', (raw, message, accepted) => {
    try {
      resolveEventsOptions(raw);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
      expect((error as UserError).advice).toContain(accepted);
    }
  });
});
