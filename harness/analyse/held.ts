/**
 * tinybench holds the samples of each arm and state. Each becomes a task that returns recorded
 * durations instead of timing anything; statistics come from tinybench, and our own quantiles
 * are checked against its.
 *
 * Three traps: `async: false`, or the first sample is eaten while tinybench finds out what kind
 * of function it has; `overriddenIterationCost`, or it counts the time of the replay; and
 * retained samples are sorted, so the order of measurement is kept elsewhere (samples.csv).
 */
import { Bench } from 'tinybench';

/** Statistics of one task. Named as tinybench names them; the unit is that of the samples. */
export interface HeldStatistics {
  samples: number;
  mean: number;
  p50: number;
  p75: number;
  p99: number;
  p999: number;
  /** Standard deviation. */
  sd: number;
  /** Median absolute deviation. */
  mad: number;
  /** Relative margin of error of the mean, in percent; null when the mean is 0. */
  rme: number | null;
}

/**
 * Gives tinybench the samples and returns what it makes of them.
 * @throws Error when it did not hold exactly these samples
 */
export function holdSamples(name: string, samples: Float64Array): HeldStatistics {
  let next = 0;
  const bench = new Bench({
    name,
    iterations: samples.length,
    time: 0,
    warmup: false,
    retainSamples: false,
    throws: true,
  });
  bench.add(
    name,
    () => ({ overriddenDuration: samples[next++] as number, overriddenIterationCost: 0 }),
    { async: false },
  );
  const [task] = bench.runSync();
  if (task === undefined || task.result.state !== 'completed') {
    throw new Error(`tinybench did not complete ${name}`);
  }
  const { latency } = task.result;
  if (latency.samplesCount !== samples.length || next !== samples.length) {
    throw new Error(
      `tinybench holds ${latency.samplesCount} of ${samples.length} samples of ${name}`,
    );
  }
  const { mean, p50, p75, p99, p999, sd, mad } = latency;
  const rme = Number.isFinite(latency.rme) ? latency.rme : null;
  return { samples: latency.samplesCount, mean, p50, p75, p99, p999, sd, mad, rme };
}
