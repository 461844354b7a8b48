import { describe, expect, it } from 'vitest';
import { boot } from '../../../bench/boot/index.ts';
import { checkOrder, observationsOfStart, type Start } from './stages.ts';

const STAMPS = {
  ...{ first: 1000n, entered: 1100n, ready: 1300n },
  ...{ asked: 1310n, read: 1390n, answered: 1400n },
};

const DOMAIN: Start = {
  ...{ arm: 'minios', repeat: 2, stamps: STAMPS, released: 990n, seen: 5000n },
  ...{ ownNs: 600n, buildNs: 10_000n, wallMs: 1500, frequency: 5e8 },
};

const PROCESS: Start = {
  ...{ arm: 'dom0', repeat: 0, stamps: STAMPS, seen: 1400n, wallMs: 2, frequency: 1e9 },
};

const valuesOf = (start: Start) =>
  Object.fromEntries(
    observationsOfStart(start, 'instructions').map(({ phase, value }) => [phase, value]),
  );

describe('observationsOfStart', () => {
  it('cuts a start into stages that add up to it', () => {
    expect(valuesOf(DOMAIN)).toEqual({
      ...{ boot: 400, own: 300, build: 5000, start: 10 },
      ...{ kernel: 100, introspector: 200, job: 10, page: 80, answer: 10, wall: 1.5e9 },
    });
  });

  it('names phases of the benchmark alone, all of them', () => {
    const phases: string[] = boot.phases.map(({ name }) => name);
    expect(Object.keys(valuesOf(DOMAIN)).sort()).toEqual(phases.sort());
  });

  it('leaves out of a process what only a domain has', () => {
    expect(Object.keys(valuesOf(PROCESS))).toEqual([
      ...['boot', 'kernel', 'introspector', 'job', 'page', 'answer', 'wall'],
    ]);
  });

  it('keeps arm, repeat and units', () => {
    const found = observationsOfStart(DOMAIN, 'ticks');
    expect(found.every(({ arm, repeat }) => arm === 'minios' && repeat === 2)).toBe(true);
    expect(new Set(found.map(({ unit }) => unit))).toEqual(new Set(['ticks', 'ns']));
  });
});

describe('checkOrder', () => {
  it.each([
    ['released', { ...DOMAIN, released: 1001n }, '"first" (1000) is before "released by Dom0"'],
    ['seen', { ...DOMAIN, seen: 1399n }, '"seen by Dom0" (1399) is before "answered"'],
    ['read', { ...DOMAIN, stamps: { ...STAMPS, asked: 1391n } }, '"read" (1390) is before "asked"'],
  ])('refuses clocks that do not follow each other: %s', (_, start, message) => {
    expect(() => checkOrder(start)).toThrow(message);
  });
});
