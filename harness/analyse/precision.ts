/**
 * How far a run is from the precision that it was asked for: looked at while it measures, by the analysis
 * that its result will have.
 */
import type { Plan, SampledPlan } from '../plan/suite.ts';
import { isLook, type Until } from '../plan/until.ts';
import type { Analysis, Ratio } from './analyse.ts';

/** A ratio of arms, and how well it is known. */
export interface KnownRatio
  extends Pick<Ratio, 'benchmark' | 'state' | 'phase' | 'numerator' | 'denominator'> {
  /** Width of its interval in percent; null: it has none. */
  percent: number | null;
}

/** What came of the rule. */
export interface UntilEnded extends Until {
  /** Units that were measured, by benchmark. */
  measured: Record<string, number>;
  reached: boolean;
  /** The ratio that is known worst; null: there is none. */
  widest: KnownRatio | null;
}

function known({ interval95, ...ratio }: Ratio): KnownRatio {
  const { benchmark, state, phase, numerator, denominator } = ratio;
  const percent = interval95 === null ? null : 100 * (interval95[1] / interval95[0] - 1);
  return { benchmark, state, phase, numerator, denominator, percent };
}

/** The ratio that is known worst of all; null: there is none. */
export function widestOf(ratios: readonly Ratio[]): KnownRatio | null {
  const width = ({ percent }: KnownRatio) => percent ?? Number.POSITIVE_INFINITY;
  return ratios
    .map(known)
    .reduce<KnownRatio | null>(
      (worst, next) => (worst === null || width(next) > width(worst) ? next : worst),
      null,
    );
}

/** Whether the ratio that is known worst is known well enough. */
function isNarrow(widest: KnownRatio | null, percent: number): boolean {
  return widest !== null && widest.percent !== null && widest.percent <= percent;
}

/** Below it, a width is what arithmetic leaves of none. */
const NONE = 1e-9;

/** A width in words, with two digits that count. */
function inWords({ benchmark, state, percent }: KnownRatio): string {
  const digits = percent === null || percent < NONE ? '0' : Number(percent.toPrecision(2));
  const width = percent === null ? 'not known' : `known to ${digits} %`;
  return `${benchmark}, ${state} is ${width}`;
}

/** Looks at a run while it measures. */
export class Precision {
  readonly #until: Until;
  readonly #analyse: (plan: Plan) => Promise<Analysis>;
  readonly #say: (text: string) => void;
  readonly #measured = new Map<string, number>();

  /**
   * @param analyse what a benchmark's samples so far come to
   * @param say is told how far the run is, at each look
   */
  constructor(
    until: Until,
    analyse: (plan: Plan) => Promise<Analysis>,
    say: (text: string) => void,
  ) {
    this.#until = until;
    this.#analyse = analyse;
    this.#say = say;
  }

  /** Whether so many units of each of these benchmarks are enough. */
  async enough(plans: readonly SampledPlan[], units: number): Promise<boolean> {
    if (!isLook(units)) return false;
    const { percent, level, atMost } = this.#until;
    const analyses = await Promise.all(plans.map((plan) => this.#analyse(plan)));
    const widest = widestOf(analyses.flatMap(({ ratios }) => ratios));
    const narrow = isNarrow(widest, percent);
    const far = widest === null ? 'no ratio of arms yet' : inWords(widest);
    this.#say(`${units} of at most ${atMost} ${level}: ${far}, asked for: ${percent} %`);
    if (narrow) for (const { benchmark } of plans) this.#measured.set(benchmark, units);
    return narrow;
  }

  /** Units of a benchmark that were measured, the run being over. */
  measured({ benchmark }: Pick<Plan, 'benchmark'>): number {
    const { level, atMost } = this.#until;
    // A life is one of all benchmarks.
    const others = level === 'boots' ? [...this.#measured.values()] : [];
    return this.#measured.get(benchmark) ?? others[0] ?? atMost;
  }

  /** What came of the rule. @param ratios of the result */
  end(sampled: readonly Plan[], ratios: readonly Ratio[]): UntilEnded {
    const widest = widestOf(ratios);
    const units = sampled.map((plan) => [plan.benchmark, this.measured(plan)]);
    const reached = isNarrow(widest, this.#until.percent);
    return { ...this.#until, measured: Object.fromEntries(units), reached, widest };
  }
}

/** That a run gave up, in a sentence; undefined when it did not. */
export function givenUp({
  reached,
  widest,
  percent,
  level,
  atMost,
}: UntilEnded): string | undefined {
  if (reached) return undefined;
  const far = widest === null ? 'there is no ratio of arms' : inWords(widest);
  return `--until ${percent}% was not reached with ${atMost} ${level}, which is the most: ${far}. Give more --${level}, or ask for less.`;
}
