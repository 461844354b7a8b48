/**
 * Intervals of a mean, of a difference of means, and of one value against several, by Student's t.
 *
 * "Student", "The probable error of a mean", Biometrika 6(1), 1908; B. L. Welch, "The generalization
 * of 'Student's' problem when several different population variances are involved", Biometrika 34,
 * 1947; one new value against several: G. J. Hahn and W. Q. Meeker, "Statistical Intervals", 1991,
 * section 4.7. R's t.test.
 */
import { studentQuantile } from './distributions.ts';

/** A number that was estimated: where it is, its standard error, and the degrees of freedom of that. */
export interface Estimate {
  centre: number;
  error: number;
  /** Infinity where the error is as good as known. */
  df: number;
}

/** Mean and variance (divisor n - 1) of at least two values. */
export function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}

/** The mean of at least two values, as an estimate. */
export function meanOf(values: readonly number[]): Estimate {
  const { mean, variance } = momentsOf(values);
  return { centre: mean, error: Math.sqrt(variance / values.length), df: values.length - 1 };
}

/**
 * `b - a` of two independent estimates, with Welch's degrees of freedom (F. E. Satterthwaite, "An
 * approximate distribution of estimates of variance components", Biometrics Bulletin 2(6), 1946).
 */
export function difference(a: Estimate, b: Estimate): Estimate {
  const centre = b.centre - a.centre;
  const [x, y] = [a.error ** 2, b.error ** 2];
  const sum = x + y;
  if (sum === 0) return { centre, error: 0, df: Math.min(a.df, b.df) };
  const df = 1 / ((x / sum) ** 2 / a.df + (y / sum) ** 2 / b.df);
  return { centre, error: Math.sqrt(sum), df };
}

/**
 * Where one more value lies from the mean of at least two of its kind: it varies as they do, and so
 * does their mean.
 */
export function oneAgainst(values: readonly number[], one: number): Estimate {
  const { mean, variance } = momentsOf(values);
  const error = Math.sqrt(variance * (1 + 1 / values.length));
  return { centre: one - mean, error, df: values.length - 1 };
}

const known = new Map<number, number>();

/** The t that 95 % of Student's distribution lie within. */
export function reachOf(df: number): number {
  const key = Math.min(df, 1e6);
  const found = known.get(key) ?? studentQuantile(0.975, key);
  if (known.size < 1000) known.set(key, found);
  return found;
}

/** The 95 % interval of an estimate. */
export function intervalOfEstimate({ centre, error, df }: Estimate): [number, number] {
  const reach = error === 0 ? 0 : reachOf(df) * error;
  return [centre - reach, centre + reach];
}
