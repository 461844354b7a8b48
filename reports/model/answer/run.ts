/**
 * The answer of one run: of the first of its benchmarks that has figures, in that benchmark's words.
 */
import type { AnswerState } from '../../../bench/answer.ts';
import type { Benchmark } from '../../../bench/benchmark.ts';
import { ARM_LABELS, type Arm, isExact, TWINS } from '../../../bench/words.ts';
import type { Measure, Ratio } from '../../../harness/analyse/analyse.ts';
import {
  intervalOf,
  ratioInterval,
  ratioWithInterval,
} from '../../../harness/analyse/ratio-interval.ts';
import { clockObjection } from '../../../harness/compare/arms.ts';
import { identityOfRun } from '../../../results/identity.ts';
import { hasFigures, type Result, type Summary } from '../../../results/types.ts';
import { formatChange } from '../format.ts';
import type { Answer } from '../types.ts';
import { measureCaveats, runCaveats, spreadCaveats, unpairedCaveats } from './caveats.ts';
import { answerFrom, type Said } from './compose.ts';
import {
  digitsOf,
  medianIntervalText,
  ratioIntervalText,
  timesText,
  valueText,
} from './numbers.ts';

/** States after the first that a sentence tells of. */
const MOST_FURTHER = 3;

function armWords(arm: Arm): string {
  return arm === 'linux-domu' ? 'a Linux domain' : ARM_LABELS[arm];
}

function filled(template: string, places: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => places[name] ?? whole);
}

/** The sentence with fewer and fewer of its further parts. */
function shorter(lead: string, further: readonly string[], glue: string): string[] {
  return Array.from({ length: further.length + 1 }, (_, left) =>
    [lead, ...further.slice(0, further.length - left)].join(glue),
  ).map((text) => `${text}.`);
}

function phaseOf({ headline, answer }: Benchmark): string {
  return answer.phase ?? headline;
}

function measureIn(
  { measures }: Summary,
  benchmark: Benchmark,
  arm: Arm,
  state: AnswerState,
  phase = phaseOf(benchmark),
): Measure | undefined {
  return measures.find(
    (one) =>
      one.benchmark === benchmark.id &&
      one.arm === arm &&
      one.state === state.state &&
      one.phase === phase,
  );
}

/** A ratio with its measures, the dearer arm first. */
interface Compared {
  a: Measure;
  b: Measure;
  times: number;
  interval: [number, number] | null;
  exact: boolean;
  /** Whether the interval is of blocks in which both ran, and how many blocks there are. */
  paired: boolean;
  blocks: number;
}

function comparedBy(ratio: Ratio, of: Measure, to: Measure, ratios: readonly Ratio[]): Compared {
  const interval = ratioInterval(of, to, ratios);
  const exact = isExact(of.unit) && of.min === of.max && to.min === to.max;
  const known = { exact, paired: ratio.interval95 !== null, blocks: ratio.blocks };
  const times = ratioWithInterval(ratio, of, to);
  if (times >= 1) return { a: of, b: to, times, interval, ...known };
  const turned: [number, number] | null =
    interval === null ? null : [1 / interval[1], 1 / interval[0]];
  return { a: to, b: of, times: 1 / times, interval: turned, ...known };
}

/** Ratios of a benchmark's answer in a state, each with both of its measures. */
function ratiosIn(summary: Summary, benchmark: Benchmark, state: AnswerState): Compared[] {
  return summary.ratios.flatMap((ratio) => {
    if (ratio.benchmark !== benchmark.id || ratio.state !== state.state) return [];
    if (ratio.phase !== phaseOf(benchmark)) return [];
    const of = measureIn(summary, benchmark, ratio.numerator, state);
    const to = measureIn(summary, benchmark, ratio.denominator, state);
    return of === undefined || to === undefined ? [] : [comparedBy(ratio, of, to, summary.ratios)];
  });
}

/** `of` over `to`, as the lead has them, in another state. */
function alike({ a, b }: Compared, others: readonly Compared[]): number | undefined {
  for (const other of others) {
    if (other.a.arm === a.arm && other.b.arm === b.arm) return other.times;
    if (other.a.arm === b.arm && other.b.arm === a.arm) return 1 / other.times;
  }
  return undefined;
}

function objectionTo({ a, b }: Compared, { summary, manifest }: Result): string | undefined {
  if (isExact(a.unit)) return undefined;
  const identity = identityOfRun(summary, manifest);
  return clockObjection({ arm: a.arm, identity }, { arm: b.arm, identity });
}

function comparedAnswer(result: Result, benchmark: Benchmark): Said | undefined {
  const { summary } = result;
  const { answer } = benchmark;
  if (answer.compared === null) return undefined;
  const found = answer.states.flatMap((state) => {
    const all = ratiosIn(summary, benchmark, state);
    return all.length === 0 ? [] : [{ state, all }];
  });
  const [first, ...others] = found;
  const [lead, ...arms] = first?.all ?? [];
  if (first === undefined || lead === undefined) return undefined;
  const { a, b, times, interval, exact } = lead;
  const n = Math.min(a.n, b.n);
  const sentence = filled(answer.compared, {
    a: armWords(a.arm),
    b: armWords(b.arm),
    times: `${timesText(times, digitsOf(interval))} times`,
  });
  const further = [
    ...others.flatMap(({ state, all }) => {
      const other = alike(lead, all);
      return other === undefined ? [] : [`${timesText(other, 2)} ${state.words}`];
    }),
  ].slice(0, MOST_FURTHER);
  const beside = arms
    .filter((one) => one.b.arm === b.arm)
    .map((one) => `${armWords(one.a.arm)} ${timesText(one.times, 2)} times`);
  const objection = objectionTo(lead, result);
  return {
    sentences: shorter(
      `${sentence} ${first.state.words} ${ratioIntervalText(interval, { exact, n })}`,
      [...beside, ...further],
      ', ',
    ),
    caveats: [
      ...(objection === undefined
        ? []
        : [{ text: `Clocks differ: ${objection}.`, short: 'Clocks differ.' }]),
      ...(exact ? [] : [...spreadCaveats(interval, n), ...unpairedCaveats(lead)]),
      ...measureCaveats(a, benchmark, result),
    ],
    figures: answer.figures,
  };
}

/** What a phase does from the first measured state to the last; nothing where it was measured in one. */
function courseOf(summary: Summary, benchmark: Benchmark, arm: Arm): string[] {
  const { course, states } = benchmark.answer;
  if (course === undefined) return [];
  const ordered = benchmark.states.flatMap((name) => states.filter(({ state }) => state === name));
  const found = ordered.flatMap(
    (state) => measureIn(summary, benchmark, arm, state, course.phase) ?? [],
  );
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const text = ({ p50, unit }: Measure) => valueText(p50, unit);
  return [filled(course.text, { first: text(first), last: text(last) })];
}

/** Of one arm, and in the same state of those beside it. */
function aloneAnswer(result: Result, benchmark: Benchmark): Said | undefined {
  const { summary } = result;
  const { answer } = benchmark;
  for (const state of answer.states) {
    const [lead, ...others] = summary.arms.flatMap(
      (arm) => measureIn(summary, benchmark, arm, state) ?? [],
    );
    if (lead === undefined) continue;
    const interval = intervalOf(lead);
    const exact = isExact(lead.unit) && lead.min === lead.max;
    const sentence = filled(answer.alone, {
      a: armWords(lead.arm),
      value: valueText(lead.p50, lead.unit, state.noun),
    });
    const further = others.map(
      ({ arm, p50, unit }) => `${armWords(arm)} ${valueText(p50, unit, state.noun)}`,
    );
    return {
      sentences: shorter(
        `${sentence} ${state.alone ?? state.words} ${medianIntervalText(interval, { exact, n: lead.n })}`,
        [...further, ...courseOf(summary, benchmark, lead.arm)],
        '; ',
      ),
      caveats: [
        ...(exact || interval !== null ? [] : spreadCaveats(null, lead.n)),
        ...measureCaveats(lead, benchmark, result),
      ],
      figures: answer.figures,
    };
  }
  return undefined;
}

/** A/A: the greatest change of an arm against itself. */
function againstItself(result: Result, benchmark: Benchmark): Said | undefined {
  const { summary } = result;
  const twins = new Set<string>(Object.values(TWINS));
  const own = summary.ratios.filter(
    ({ benchmark: id, numerator }) => id === benchmark.id && twins.has(numerator),
  );
  const size = ({ ratio }: Ratio) => Math.abs(Math.log(ratio));
  const [most] = [...own].sort((x, y) => size(y) - size(x));
  if (most === undefined) return undefined;
  const state = benchmark.answer.states.find((one) => one.state === most.state);
  const [measure] = summary.measures.filter(
    (one) => one.benchmark === benchmark.id && one.state === most.state && one.phase === most.phase,
  );
  const interval =
    most.interval95 === null
      ? `(no interval: ${most.blocks === 1 ? 'one block' : `${most.blocks} blocks`})`
      : `(95 %: ${most.interval95.map(formatChange).join(' to ')})`;
  const what = `${ARM_LABELS[most.denominator]}, ${state?.words ?? most.state}`;
  return {
    sentences: [
      `${benchmark.title}, each arm against itself: of ${own.length} figures the greatest change is ${formatChange(most.ratio)} ${interval}, ${what}.`,
      `Each arm against itself: the greatest change is ${formatChange(most.ratio)} ${interval}.`,
    ],
    caveats: [
      ...(most.interval95 === null ? spreadCaveats(null, most.blocks) : []),
      ...(measure === undefined ? [] : measureCaveats(measure, benchmark, result)),
    ],
    figures: benchmark.answer.figures,
  };
}

/** By another protocol than ours, where that is all that was measured. */
function protocolAnswer(result: Result, benchmark: Benchmark): Said | undefined {
  const { summary } = result;
  const all = (summary.protocols ?? []).filter(({ benchmark: id }) => id === benchmark.id);
  const [found] = all;
  const [first, ...others] = found?.arms ?? [];
  if (found === undefined || first === undefined) return undefined;
  const { protocol, unit, statistic, ratio } = found;
  const value = ({ arm, value: of }: typeof first) => `${armWords(arm)} ${valueText(of, unit)}`;
  const times = ratio === null ? '' : `, ${timesText(ratio, 2)} times`;
  return {
    sentences: [
      `By protocol ${protocol}, the ${statistic === 'p50' ? 'median' : 'mean'} of a ${benchmark.per}: ${[first, ...others].map(value).join(', ')}${times} (no interval).`,
    ],
    caveats: [
      {
        text: 'It is one batch, with whatever was remembered from before and whoever interrupted it.',
        short: 'One batch.',
      },
      ...measureCaveats({ unit }, benchmark, result),
    ],
    figures: benchmark.answer.figures,
  };
}

/** Why there are no figures. */
function noAnswer({ summary }: Result): Said {
  const { status, reason, skipped } = summary;
  const why = {
    success: 'nothing was measured',
    failure: 'what was measured is wrong',
    skipped: 'the run was skipped',
    error: 'the run broke',
    crash: 'a domain crashed',
  }[status];
  const [first] = skipped;
  const because = reason ?? (first === undefined ? undefined : `${first.what}: ${first.reason}`);
  const text = because === undefined ? why : `${why}: ${because}`;
  return { sentences: [`No answer: ${text.replace(/\.$/, '')}.`], caveats: [], figures: [] };
}

/** The answer of a run about these benchmarks, in their order. */
export function answerOfRun(result: Result, benchmarks: readonly Benchmark[]): Answer {
  const { summary } = result;
  const ways = summary.aa
    ? [againstItself, aloneAnswer]
    : [comparedAnswer, aloneAnswer, protocolAnswer];
  const general = runCaveats(result);
  if (hasFigures(summary)) {
    for (const benchmark of benchmarks) {
      for (const way of ways) {
        const said = way(result, benchmark);
        if (said === undefined) continue;
        return answerFrom(benchmark.question, {
          ...said,
          caveats: [...general, ...said.caveats],
        });
      }
    }
  }
  return answerFrom(benchmarks[0]?.question ?? '', noAnswer(result));
}
