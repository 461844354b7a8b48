/**
 * Figures of the samples themselves: their distribution, their course, and their boots.
 */
import { ARMS } from '../../bench/words.ts';
import type { BootMedian, Spread } from '../../harness/analyse/spread.ts';
import { MOST_POINTS, MOST_STEPS } from '../../harness/analyse/spread.ts';
import { left, right } from './brief.ts';
import { aOrAn, armLabel, formatInterval, formatNumber } from './format.ts';
import type { Axis, Chart, Figure, Line, LinePanel, Point, Shade, Table } from './types.ts';

/** What is drawn of an arm in a state of a benchmark. */
export interface NamedSpread extends Spread {
  benchmark: string;
  arm: string;
  state: string;
  unit: string;
  /** What one sample is about: `page`. */
  per: string;
}

/** From this ratio of the greatest value to the least on, an axis is logarithmic. */
const WIDE_RANGE = 8;

/** Shade of an arm: its own, or by its place for those of imported samples. */
export function shadeOf(arm: string, place: number): Shade {
  return ARMS.find((name) => name === arm) ?? place;
}

const DASHES = ['solid', 'dashed', 'dotted'] as const;

/** Linear or logarithmic, by the values; never logarithmic with one that is not above zero. */
export function scaleOf(values: Iterable<number>): Axis['scale'] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > 0 && high / low >= WIDE_RANGE ? 'logarithmic' : 'linear';
}

function statesOf(spreads: readonly NamedSpread[]): string[] {
  return [...new Set(spreads.map(({ state }) => state))];
}

/** A panel a state, with a line an arm. */
function panelsByState(
  spreads: readonly NamedSpread[],
  panelOf: (own: readonly NamedSpread[]) => Omit<LinePanel, 'kind' | 'title'>,
): LinePanel[] {
  return statesOf(spreads).map((state) => ({
    kind: 'lines',
    title: state,
    ...panelOf(spreads.filter((spread) => spread.state === state)),
  }));
}

function unitOf([first]: readonly NamedSpread[]): string {
  return first === undefined ? '' : `${first.unit} ${aOrAn(first.per)}`;
}

function label(axis: string, scale: Axis['scale']): string {
  return scale === 'logarithmic' ? `${axis} (log)` : axis;
}

function figure(
  id: string,
  title: string,
  caption: string,
  panels: LinePanel[],
  table: Table,
): Figure {
  const states = panels.map((panel) => panel.title).join(', ');
  const chart: Chart = {
    id,
    title,
    panels,
    legend: [],
    alternative: `${title}. Panels: ${states}. The table after it holds the values.`,
  };
  return { id, caption, chart, table };
}

/** Shares of pages that the table of a distribution names. */
const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/** The value that this share of the samples is at most, as it is drawn. */
function valueAt({ ecdf }: NamedSpread, share: number): number {
  return (ecdf.find((step) => step.share >= share) ?? ecdf.at(-1))?.value ?? Number.NaN;
}

/** An arm's axis of a distribution ends where this share of its samples is reached. */
const DRAWN_SHARE = 0.995;

/** The steps up to `end`, and the last of them held until there. */
function stepsUntil({ ecdf }: NamedSpread, end: number): Point[] {
  const inside = ecdf.filter(({ value }) => value <= end);
  const last = inside.at(-1);
  const points = inside.map(({ value, share }) => ({ x: value, y: share }));
  return last === undefined || last.value === end ? points : [...points, { x: end, y: last.share }];
}

/** How the samples are distributed: a step function by arm and state. */
function ecdfFigure(spreads: readonly NamedSpread[], id: string): Figure {
  const unit = unitOf(spreads);
  const panels = panelsByState(spreads, (own) => {
    const end = Math.max(...own.map((spread) => valueAt(spread, DRAWN_SHARE)));
    const lines = own.map((spread) => stepsUntil(spread, end));
    const scale = scaleOf(lines.flatMap((points) => points.map(({ x }) => x)));
    return {
      subtitle: 'empirical distribution function',
      x: { label: label(unit, scale), scale },
      y: { label: `share of ${own[0]?.per}s`, scale: 'linear', fromZero: true },
      lines: own.map(
        ({ arm }, place): Line => ({
          label: armLabel(arm),
          shade: shadeOf(arm, place),
          drawn: 'steps',
          dash: DASHES[place % DASHES.length] as 'solid',
          points: lines[place] ?? [],
        }),
      ),
    };
  });
  const thinnedOnes = spreads.some(({ n }) => n > MOST_STEPS);
  return figure(
    `${id}-ecdf`,
    'How the cost is distributed',
    `Share of ${spreads[0]?.per}s that cost at most so many ${unit}, by state and arm. The axis ends where ${DRAWN_SHARE * 100} % of the dearer arm's are reached; the table has the greatest, and nothing is dropped from any figure.${
      thinnedOnes
        ? ` Drawn through ${MOST_STEPS} of the sorted samples, at even shares, the least and the greatest included.`
        : ''
    }`,
    panels,
    {
      id: `${id}-ecdf-table`,
      title: 'Values of the figure: distribution',
      caption: `Cost in ${unit} that the share of ${spreads[0]?.per}s is at most.`,
      columns: [
        left('state'),
        left('arm'),
        ...['n', 'least', ...SHARES.map((share) => `${share * 100} %`), 'greatest'].map(right),
      ],
      rows: spreads.map((spread) => [
        spread.state,
        armLabel(spread.arm),
        formatNumber(spread.n),
        formatNumber(spread.ecdf[0]?.value ?? Number.NaN),
        ...SHARES.map((share) => formatNumber(valueAt(spread, share))),
        formatNumber(spread.ecdf.at(-1)?.value ?? Number.NaN),
      ]),
    },
  );
}

/** The samples in the order in which they were taken. */
function courseFigure(spreads: readonly NamedSpread[], id: string): Figure {
  const unit = unitOf(spreads);
  const panels = panelsByState(spreads, (own) => {
    const scale = scaleOf(own.flatMap(({ course }) => course.map(([, value]) => value)));
    return {
      subtitle: `each ${own[0]?.per}, in run order`,
      x: { label: `${own[0]?.per}s of the arm, in run order`, scale: 'linear', whole: true },
      y: { label: label(unit, scale), scale },
      lines: own.map(
        ({ arm, course }, place): Line => ({
          label: armLabel(arm),
          shade: shadeOf(arm, place),
          drawn: 'points',
          points: course.map(([at, value]) => ({ x: at + 1, y: value })),
        }),
      ),
    };
  });
  const stretches = spreads.map(({ stretch }) => stretch).filter((stretch) => stretch > 1);
  return figure(
    `${id}-course`,
    'The samples in run order',
    `Cost of each ${spreads[0]?.per} in ${unit}, in the order in which its arm was measured; warm-up is not shown.${
      stretches.length === 0
        ? ''
        : ` At most ${MOST_POINTS} points a series are drawn: of each stretch of ${formatNumber(Math.max(...stretches))} neighbours (fewer in shorter series) the lowest and the highest.`
    }`,
    panels,
    {
      id: `${id}-course-table`,
      title: 'Values of the figure: run order',
      caption: `Samples, those drawn, and the least and greatest of the first and the last tenth of those, in ${unit}.`,
      columns: [
        left('state'),
        left('arm'),
        ...['samples', 'drawn', 'first tenth', 'last tenth'].map(right),
      ],
      rows: spreads.map(({ state, arm, n, course }) => {
        const tenth = Math.max(1, Math.floor(course.length / 10));
        const range = (part: typeof course) => {
          const values = part.map(([, value]) => value);
          return formatInterval([Math.min(...values), Math.max(...values)]);
        };
        return [
          state,
          armLabel(arm),
          formatNumber(n),
          formatNumber(course.length),
          range(course.slice(0, tenth)),
          range(course.slice(-tenth)),
        ];
      }),
    },
  );
}

function bootName({ run, boot }: BootMedian, several: boolean): string {
  return several ? `${run}, boot ${boot}` : `boot ${boot}`;
}

/** The median of each boot with its interval; undefined where there was one. */
function bootFigure(spreads: readonly NamedSpread[], id: string): Figure | undefined {
  const repeated = spreads.filter(({ boots }) => boots.length > 1);
  if (repeated.length === 0) return undefined;
  const unit = unitOf(repeated);
  const severalRuns = repeated.some(({ boots }) => new Set(boots.map(({ run }) => run)).size > 1);
  const panels = panelsByState(repeated, (own) => {
    const scale = scaleOf(own.flatMap(({ boots }) => boots.map(({ p50 }) => p50)));
    return {
      subtitle: 'median of each boot, whiskers: its 95 % interval',
      x: {
        label: severalRuns ? 'boot, in the order of the runs' : 'boot',
        scale: 'linear',
        whole: true,
      },
      y: { label: label(unit, scale), scale },
      lines: own.map(
        ({ arm, boots }, place): Line => ({
          label: armLabel(arm),
          shade: shadeOf(arm, place),
          drawn: 'points',
          points: boots.map(({ p50, interval95 }, index) => ({
            x: index + 1,
            y: p50,
            interval: interval95,
          })),
        }),
      ),
    };
  });
  return figure(
    `${id}-boots`,
    'Medians of the boots',
    `Median cost of ${aOrAn(repeated[0]?.per ?? '')} in each boot, in ${unit}; whiskers: its 95 % interval by what was repeated in that boot. Where boots lie further apart than their whiskers, boots differ.`,
    panels,
    {
      id: `${id}-boots-table`,
      title: 'Values of the figure: boots',
      caption: `Median of each boot in ${unit}, with its 95 % interval.`,
      columns: [...['state', 'arm', 'boot'].map(left), ...['samples', 'median', '95 %'].map(right)],
      rows: repeated.flatMap(({ state, arm, boots }) =>
        boots.map((boot) => [
          state,
          armLabel(arm),
          bootName(boot, severalRuns),
          formatNumber(boot.n),
          formatNumber(boot.p50),
          formatInterval(boot.interval95),
        ]),
      ),
    },
  );
}

/** Figures of a benchmark's samples, whose names begin with `id`; none without samples. */
export function sampleFigures(
  all: readonly NamedSpread[],
  benchmark: string,
  id = benchmark,
): Figure[] {
  const spreads = all.filter((spread) => spread.benchmark === benchmark);
  if (spreads.length === 0) return [];
  const boots = bootFigure(spreads, id);
  return [
    ecdfFigure(spreads, id),
    courseFigure(spreads, id),
    ...(boots === undefined ? [] : [boots]),
  ];
}
