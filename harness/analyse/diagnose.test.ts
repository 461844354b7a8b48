import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import { nest } from './nested.ts';

describe('diagnose', () => {
  const values = Array.from({ length: 60 }, (_, at) => 1 + ((at * 7) % 11) / 100);
  const of = (unit: number) =>
    diagnose(
      nest(
        ['0', '1'].map((boot) => ({
          path: ['run', boot, '0', '0', '0'],
          values: Float64Array.from(values, (value) => value * (boot === '1' ? 1.5 : 1) * unit),
        })),
      ),
    );

  it.each([2 ** -900, 2 ** 990])(
    'says of values around %s what it says of those around 1',
    (unit) => {
      const [usual, far] = [of(1), of(unit)];
      expect(far.p50 / unit).toBe(usual.p50);
      expect(far.autocorrelation).toBeCloseTo(usual.autocorrelation, 12);
      expect(far.bootsNeeded).toBe(usual.bootsNeeded);
      expect(far.components.map(({ share }) => share)).toEqual(
        usual.components.map(({ share }) => (share === null ? null : expect.closeTo(share, 12))),
      );
      expect(usual.components.some(({ share }) => share !== null && share > 0)).toBe(true);
    },
  );

  it('goes to the end of values below the least normal number', () => {
    const { components, autocorrelation } = diagnose(
      nest([
        { path: ['r', '0', '0', '0', '0'], values: Float64Array.from(values, (v) => v * 1e-317) },
      ]),
    );
    expect(Number.isFinite(autocorrelation)).toBe(true);
    expect(components.at(-1)?.share).toBe(1);
  });
});
