/** Plans of the benchmarks that create introspectors of their own. */
import { describe, expect, it } from 'vitest';
import { hostMemoryMiB } from '../../infra/emulated/memory.ts';
import { commandOf } from '../../results/assemble.ts';
import type { RawRunOptions } from './options.ts';
import { domainsOf, makeSuite } from './suite.ts';

const benchmarksOf = (raw: RawRunOptions) => makeSuite(raw).map(({ benchmark }) => benchmark);

describe('boot and footprint', () => {
  it('are part of a run, with few starts', () => {
    const suite = makeSuite({});
    const boot = suite.find(({ benchmark }) => benchmark === 'boot');
    expect(boot?.options).toMatchObject({
      ...{ arms: ['dom0', 'minios', 'linux-domu'], states: ['first-page'] },
      ...{ starts: 3, linuxStarts: 1 },
    });
    const footprint = suite.find(({ benchmark }) => benchmark === 'footprint');
    expect(footprint?.options).toMatchObject({ search: 'quick' });
  });

  it('read the target of page-walk', () => {
    const names = domainsOf(makeSuite({})).map(({ name }) => name);
    expect(names.filter((name) => name === 'tv-target')).toHaveLength(1);
    expect(names).toContain('tv-own-linux');
  });

  it('alone have the Linux domain as an arm', () => {
    expect(benchmarksOf({ arm: ['linux-domu'] })).toEqual(['boot', 'footprint']);
    expect(() => makeSuite({ arm: ['linux'] })).toThrow('--arm linux: not known');
    expect(() => makeSuite({ arm: ['linux-domu'], state: ['cold'] })).toThrow('No benchmark has');
  });

  it.each([
    ['--starts', { starts: '0' }],
    ['--linux-starts', { linuxStarts: '101' }],
    ['--search', { search: 'some' }],
    ['--domains-at-most', { domainsAtMost: '33' }],
    ['--host-memory', { hostMemory: '-1' }],
  ])('refuse a bad %s', (option, raw) => {
    expect(() => makeSuite(raw)).toThrow(option);
  });
});

describe('density', () => {
  const pairsOf = (raw: RawRunOptions) => {
    const plan = makeSuite(raw).find(({ benchmark }) => benchmark === 'density');
    return plan?.benchmark === 'density' ? plan.pairs.length : undefined;
  };

  it('has domains when it is asked for, by its name or its option', () => {
    expect(pairsOf({})).toBe(0);
    expect(pairsOf({ bench: ['boot,density'] })).toBe(2);
    expect(pairsOf({ domainsAtMost: '20' })).toBe(16);
    expect(pairsOf({ domainsAtMost: '32', state: ['pairs-8'] })).toBe(8);
  });

  it('asks for a host that holds all of its domains', () => {
    const names = domainsOf(makeSuite({ bench: ['density'], domainsAtMost: '32' }));
    expect(names).toHaveLength(64);
    expect(hostMemoryMiB(names)).toBeGreaterThan(32 * (128 + 4));
  });

  it('is in the command that repeats a run only where it was asked for', () => {
    expect(commandOf(makeSuite({}))).not.toContain('density');
    const command = commandOf(makeSuite({ bench: ['density'], domainsAtMost: '4' }));
    expect(command).toContain('--bench density');
    expect(command).toContain('--domains-at-most 4');
  });
});
