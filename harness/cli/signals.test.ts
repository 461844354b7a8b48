import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asInterruption, onInterrupt } from './signals.ts';
import { FakeSignals } from './testing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('onInterrupt', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('stops the run on the first %s', (name) => {
    const source = new FakeSignals();
    const said = vi.fn();
    const { signal, listen } = onInterrupt(source, said);
    expect(source.send(name)).toBe(false);
    listen();
    expect(signal.aborted).toBe(false);
    source.send(name);
    expect(signal.aborted).toBe(true);
    expect(source.exits).toEqual([]);
    expect(said.mock.calls).toEqual([[expect.stringContaining('taking everything down'), false]]);
  });

  it('ends at once on the second, but not on an echo of the first', () => {
    const source = new FakeSignals();
    const said = vi.fn();
    onInterrupt(source, said).listen();
    source.send('SIGINT');
    vi.advanceTimersByTime(100);
    source.send('SIGINT');
    expect(source.exits).toEqual([]);
    vi.advanceTimersByTime(1000);
    source.send('SIGINT');
    expect(source.exits).toEqual([130]);
    expect(said).toHaveBeenLastCalledWith(expect.stringContaining('Ended at once'), true);
  });

  it('lets go', () => {
    const source = new FakeSignals();
    const { listen, release } = onInterrupt(source, vi.fn());
    listen();
    release();
    expect(source.send('SIGINT')).toBe(false);
  });

  it('listens while something is up, and lets go while nothing is', async () => {
    const source = new FakeSignals();
    const interruption = onInterrupt(source, vi.fn());
    await interruption.during(async () => {
      await interruption.without(async () => expect(source.send('SIGTERM')).toBe(false));
      expect(interruption.signal.aborted).toBe(false);
      expect(source.send('SIGTERM')).toBe(true);
    });
    expect(interruption.signal.aborted).toBe(true);
    expect(source.send('SIGTERM')).toBe(false);
  });
});

describe('an error after a signal', () => {
  const control = new AbortController();
  control.abort();
  const { signal } = control;
  const defect = new TypeError('x is undefined');

  it.each([
    ['is the signal’s own', signal.reason],
    ['has it as its cause', new Error('cancelled', { cause: signal.reason })],
  ])('that %s is an interruption', (_, error) => {
    expect(asInterruption(error, signal)).toMatchObject({
      kind: 'interrupted',
      message: 'Interrupted.',
      cause: error,
    });
  });

  it('that is another stays what it is, and so does each without a signal', () => {
    expect(asInterruption(defect, signal)).toBe(defect);
    expect(asInterruption(undefined, new AbortController().signal)).toBeUndefined();
    expect(asInterruption(defect, new AbortController().signal)).toBe(defect);
  });
});
