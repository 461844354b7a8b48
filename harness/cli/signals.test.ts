import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onInterrupt } from './signals.ts';
import { FakeSignals, MemorySink } from './testing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('onInterrupt', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('stops the run on the first %s', (name) => {
    const source = new FakeSignals();
    const stderr = new MemorySink();
    const { signal } = onInterrupt(source, stderr);
    expect(signal.aborted).toBe(false);
    source.send(name);
    expect(signal.aborted).toBe(true);
    expect(source.exits).toEqual([]);
    expect(stderr.text).toContain('taking everything down');
  });

  it('ends at once on the second, but not on an echo of the first', () => {
    const source = new FakeSignals();
    onInterrupt(source, new MemorySink());
    source.send('SIGINT');
    vi.advanceTimersByTime(100);
    source.send('SIGINT');
    expect(source.exits).toEqual([]);
    vi.advanceTimersByTime(1000);
    source.send('SIGINT');
    expect(source.exits).toEqual([130]);
  });

  it('lets go', () => {
    const source = new FakeSignals();
    onInterrupt(source, new MemorySink()).release();
    expect(source.send('SIGINT')).toBe(false);
  });
});
