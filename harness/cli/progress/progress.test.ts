import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memorySurroundings, untimed } from '../testing.ts';
import { makeProgress } from './progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('progress in a log', () => {
  it('is plain lines with the time, details seldom', () => {
    const surroundings = memorySurroundings();
    const progress = makeProgress(surroundings, untimed());
    vi.advanceTimersByTime(11_000);
    progress.step('Measuring');
    for (let i = 0; i < 100; i++) {
      progress.detail(`job ${i}`);
      vi.advanceTimersByTime(300);
    }
    progress.done('Measured');
    progress.warn('odd');
    const { text } = surroundings.stderr;
    expect(text).not.toContain('\x1b');
    expect(text).not.toContain('\r');
    expect(text).toContain('[    11 s] Measuring\n');
    expect(text.match(/job/g)?.length).toBeLessThanOrEqual(4);
    expect(text).toContain('done: Measured');
    expect(text).toContain('warning: odd');
    expect(surroundings.stdout.text).toBe('');
  });
});

describe('progress on a terminal', () => {
  it('is one live line with the elapsed time, cleared at the end', () => {
    const surroundings = memorySurroundings({ tty: true });
    const progress = makeProgress(surroundings, untimed());
    progress.step('Booting');
    progress.detail('Xen');
    vi.advanceTimersByTime(5_000);
    expect(surroundings.stderr.text).toContain('Booting: Xen');
    expect(surroundings.stderr.text).toContain('(5 s)');
    expect(surroundings.stderr.text).not.toContain('\n');
    progress.done('Booted');
    expect(surroundings.stderr.text).toContain('Booted');
    const length = surroundings.stderr.text.length;
    vi.advanceTimersByTime(5_000);
    expect(surroundings.stderr.text).toHaveLength(length);
  });

  it('cuts what does not fit', () => {
    const surroundings = memorySurroundings({ tty: true });
    makeProgress(surroundings, untimed()).step('x'.repeat(500));
    expect(surroundings.stderr.text.length).toBeLessThan(140);
  });

  it('has no colours with NO_COLOR', () => {
    const surroundings = memorySurroundings({ tty: true, env: { NO_COLOR: '1' } });
    const progress = makeProgress(surroundings, untimed());
    progress.step('a');
    progress.done('b');
    for (const attribute of ['\x1b[2m', '\x1b[32m', '\x1b[0m']) {
      expect(surroundings.stderr.text).not.toContain(attribute);
    }
  });

  it('falls back to lines on a dumb terminal', () => {
    const surroundings = memorySurroundings({ tty: true, env: { TERM: 'dumb' } });
    makeProgress(surroundings, untimed()).step('a');
    expect(surroundings.stderr.text).toBe('[     0 s] a\n');
  });
});
