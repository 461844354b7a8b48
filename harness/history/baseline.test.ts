import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../results/history/types.ts';
import { madeUpMeasured } from '../compare/testing/measured.ts';
import { baselineOf, figureKey } from './baseline.ts';
import { entryOf } from './entry.ts';

const DAY = 86_400_000;
const at = (day: number) => new Date(Date.UTC(2026, 0, 1) + day * DAY).toISOString();

/** A run of a day, with one median. */
function entry(day: number, p50: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  const made = entryOf(madeUpMeasured({ pages: 1 }));
  const measures = made.measures.map((measure) => ({ ...measure, p50, interval95: null }));
  return { ...made, id: `day-${day}`, startedAt: at(day), measures, ...more };
}

/** The run that is judged. */
function run(day: number, identity: Record<string, string> = {}) {
  return { ...madeUpMeasured({ id: 'new', identity }), startedAt: at(day) };
}

const idsOf = (entries: readonly HistoryEntry[], day: number, window = 20) =>
  baselineOf('h', entries, run(day), window).runs.map(({ id }) => id);

describe('baselineOf', () => {
  it('takes the newest runs, each as one value, and what is before the run alone', () => {
    const entries = Array.from({ length: 30 }, (_, day) => entry(day, 1000 + (day % 2)));
    const { runs, spread, remarks } = baselineOf('h', entries, run(27.5), 20);
    expect(runs.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => `day-${i + 8}`));
    expect([...(runs[0]?.groups[0]?.batches[0]?.values ?? [])]).toEqual([1000]);
    expect(remarks).toEqual([
      'day-28, day-29 began later than the run that is judged: not in its baseline.',
    ]);
    // R: sd(log(rep(c(1000, 1001), 10)))
    const key = figureKey({ benchmark: 'page-walk', arm: 'minios', state: 'cold' });
    expect(spread.get(key)).toEqual({ sd: expect.closeTo(0.000512733, 8), df: 19 });
  });

  it('refuses a history of the future', () => {
    expect(() => baselineOf('h', [entry(5, 1)], run(2), 20)).toThrow('began later than new');
  });

  it('leaves regressions out, and begins anew with the one that is accepted', () => {
    const worse = entry(3, 1100, { gate: 'regression' });
    const before = [entry(0, 1000), entry(1, 1001), entry(2, 1000)];
    expect(idsOf([...before, worse], 4)).toEqual(['day-0', 'day-1', 'day-2']);
    const accepted = { ...worse, accepted: { why: 'it checks more', at: at(4) } };
    const { runs, spread, remarks } = baselineOf('h', [...before, accepted], run(5), 20);
    expect(runs.map(({ id }) => id)).toEqual(['day-3']);
    expect(remarks).toEqual([
      'The baseline begins with day-3, accepted on 2026-01-05: it checks more',
    ]);
    // How runs differ is known from before.
    expect([...spread.values()]).toMatchObject([{ df: 2 }]);
  });

  it('compares within the segment, with the spread of segments whose packages differ', () => {
    const old = { identity: { ...entry(0, 1).identity, xen: '4.16' } };
    const other = { identity: { ...entry(0, 1).identity, 'host.cpu': 'another' } };
    const packages = [entry(0, 900, old), entry(1, 901, old), entry(2, 902, old)];
    const begun = baselineOf('h', packages, run(4), 20);
    expect(begun.runs).toEqual([]);
    const second = baselineOf('h', [...packages, entry(3, 1000)], run(4), 20);
    expect(second.runs.map(({ id }) => id)).toEqual(['day-3']);
    expect([...second.spread.values()]).toMatchObject([{ df: 2 }]);
    const machines = [entry(0, 900, other), entry(1, 901, other), entry(2, 902, other)];
    expect(baselineOf('h', [...machines, entry(3, 1000)], run(4), 20).spread.size).toBe(0);
  });

  it.each([
    ['emulator.qemu', '7.2.22', '7.2.23'],
    ['dom0.kernel', '6.1.0-56-amd64', '6.1.0-57-amd64'],
  ])('begins a segment with another %s, and holds to the one before who only asks', (key, a, b) => {
    const before = { identity: { ...entry(0, 1).identity, [key]: a } };
    const past = [entry(0, 1000, before), entry(1, 1001, before), entry(2, 1002, before)];
    const next = run(4, { [key]: b });
    expect(baselineOf('h', past, next, 20)).toMatchObject({ runs: [], remarks: [] });
    const asked = baselineOf('h', past, next, 20, true);
    expect(asked.runs.map(({ id }) => id)).toEqual(['day-0', 'day-1', 'day-2']);
    expect(asked.remarks).toEqual([expect.stringContaining(`${key} is ${b}, ${a} before`)]);
    expect([...asked.spread.values()]).toMatchObject([{ df: 2 }]);
    const other = run(4, { [key]: b, xen: '4.18.0' });
    expect(baselineOf('h', past, other, 20, true).runs).toEqual([]);
  });

  it('takes runs of an earlier version into the segment of the first that tells its emulator', () => {
    const of = (qemu: string) => ({ identity: { ...entry(0, 1).identity, 'emulator.qemu': qemu } });
    const past = [entry(0, 1000), entry(1, 1001, of('7.2.22')), entry(2, 1100, of('10.0.2'))];
    const idsWith = (qemu: string) =>
      baselineOf('h', past, run(4, { 'emulator.qemu': qemu }), 20).runs.map(({ id }) => id);
    expect(idsWith('7.2.22')).toEqual(['day-0', 'day-1']);
    expect(idsWith('10.0.2')).toEqual(['day-2']);
  });
});
