/**
 * A history as something to compare a run with: the level of the runs since the last accepted change in
 * its segment, and how runs differ from each other, which every stretch without a change can tell.
 */
import { UserError } from '../../infra/errors.ts';
import { isOfPackages } from '../../results/history/keys.ts';
import type { HistoryEntry, HistoryMeasure } from '../../results/history/types.ts';
import type { Identity } from '../../results/identity.ts';
import type { Measured } from '../../results/measured.ts';
import { differences } from '../compare/match.ts';
import { entryOf } from './entry.ts';
import { changeOfSegment, isComparable, isOneSegment, segmentsOf } from './segments.ts';

/** Fewest degrees of freedom that a spread from run to run is estimated with. */
export const FEWEST_FREEDOM = 2;

/** How medians of runs spread when nothing changes, on the scale of logarithms. */
export interface Spread {
  sd: number;
  /** Degrees of freedom. */
  df: number;
}

/** What a history says before a run. */
export interface HistoryBaseline {
  /** Runs whose level the new one is held to, each as one value. Empty: its segment begins. */
  runs: Measured[];
  /** By `figureKey`; figures that are not above zero have none. */
  spread: ReadonlyMap<string, Spread>;
  /** What has to be known of the choice, in sentences. */
  remarks: string[];
  /** What the level began with. */
  beginning: Beginning;
}

/** What began a level, and how long ago. */
export interface Beginning {
  /** As a clause. */
  cause: string;
  /** Runs since, whatever the gate said of them; 0: it begins with the run that is judged. */
  runs: number;
}

/** The name of a figure in a baseline. */
export function figureKey({
  benchmark,
  arm,
  state,
}: Pick<HistoryMeasure, 'benchmark' | 'arm' | 'state'>): string {
  return [benchmark, arm, state].join('\n');
}

const timeOf = ({ startedAt }: { startedAt: string }) => Date.parse(startedAt);

/** Runs that a baseline may hold: a regression that nobody accepted is none. */
function isSound({ gate, accepted }: HistoryEntry): boolean {
  return gate !== 'regression' || accepted !== undefined;
}

/** Stretches of a segment between accepted changes, each beginning with the run that was accepted. */
function stretchesOf(entries: readonly HistoryEntry[]): HistoryEntry[][] {
  const stretches: HistoryEntry[][] = [[]];
  for (const entry of entries) {
    if (entry.accepted !== undefined) stretches.push([]);
    if (isSound(entry)) stretches.at(-1)?.push(entry);
  }
  return stretches.filter(({ length }) => length > 0);
}

/** Whether runs of these spread alike: nothing but packages differs. */
function spreadAlike(a: Identity, b: Identity): boolean {
  return differences(a, b).every(({ key }) => isOfPackages(key));
}

/** The spread within stretches, pooled: squared deviations from each stretch's own mean. */
function spreadOf(
  stretches: readonly (readonly HistoryEntry[])[],
  fewest: number,
): Map<string, Spread> {
  const sums = new Map<string, { squares: number; df: number }>();
  for (const stretch of stretches) {
    const logs = new Map<string, number[]>();
    for (const measure of stretch.flatMap(({ measures }) => measures)) {
      const key = figureKey(measure);
      logs.set(key, [...(logs.get(key) ?? []), Math.log(measure.p50)]);
    }
    for (const [key, values] of logs) {
      if (!values.every(Number.isFinite)) continue;
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const known = sums.get(key) ?? { squares: 0, df: 0 };
      sums.set(key, { squares: known.squares + squares, df: known.df + values.length - 1 });
    }
  }
  return new Map(
    [...sums].flatMap(([key, { squares, df }]) =>
      df < fewest ? [] : [[key, { sd: Math.sqrt(squares / df), df }]],
    ),
  );
}

/** An entry as a result: each figure is one value, its median. */
function measuredOf(path: string, entry: HistoryEntry): Measured {
  const { id, manifest, startedAt, commit, identity, measures } = entry;
  return {
    ...{ id, startedAt, commit, identity },
    folder: path,
    digest: manifest,
    groups: measures.map(({ p50, ...measure }) => ({
      ...measure,
      batches: [{ path: [id, '0', '0', '0', '0'], values: Float64Array.of(p50) }],
    })),
  };
}

/** What began the level that a run is held to: the newest accepted change of its segment, or the segment. */
function beginningOfLevel(
  own: readonly HistoryEntry[],
  before: readonly HistoryEntry[],
  identity: Identity,
): Beginning {
  const place = own.findLastIndex(({ accepted }) => accepted !== undefined);
  const runs = own.length - Math.max(place, 0);
  const accepted = own[place]?.accepted;
  if (accepted !== undefined) return { cause: `a change was accepted (${accepted.why})`, runs };
  const [first] = own;
  const newest = first === undefined ? before.at(-1) : before[before.indexOf(first) - 1];
  if (newest === undefined) return { cause: 'the history began', runs };
  return { cause: changeOfSegment(newest.identity, identity), runs };
}

/**
 * What runs that nobody ordered say, each as one value: how they differ, from two of them on. Runs that
 * were restored from one boot do not differ as runs do.
 */
export function baselineOfRuns(
  runs: readonly Measured[],
): Pick<HistoryBaseline, 'runs' | 'spread'> {
  const entries = runs.map(entryOf);
  const boots = new Set(runs.map(({ groups }) => groups[0]?.batches[0]?.path[0]));
  return {
    runs: entries.map((entry, i) => measuredOf(runs[i]?.folder ?? '', entry)),
    spread: spreadOf(boots.size < runs.length ? [] : [entries], 1),
  };
}

/**
 * What a history says before a run. The run itself, runs that began later, runs of other segments and
 * regressions that were not accepted are in no baseline.
 * @param window newest runs of a stretch that count
 * @param across whether a run whose segment is new is held to the level of another one that it can be
 *   compared with; else its segment begins
 * @throws UserError for a history whose runs all began later
 */
export function baselineOf(
  path: string,
  entries: readonly HistoryEntry[],
  run: Pick<Measured, 'id' | 'startedAt' | 'identity'>,
  window: number,
  across = false,
): HistoryBaseline {
  const others = entries.filter(({ id }) => id !== run.id);
  const later = others.filter((entry) => timeOf(entry) > timeOf(run));
  const before = others.filter((entry) => timeOf(entry) <= timeOf(run));
  if (before.length === 0 && later.length > 0) {
    throw new UserError(`All runs of ${path} began later than ${run.id} (${run.startedAt}).`, {
      advice: 'Give a history that holds earlier runs, or judge a newer run.',
    });
  }
  const remarks =
    later.length === 0
      ? []
      : [
          `${later.map(({ id }) => id).join(', ')} began later than the run that is judged: not in its baseline.`,
        ];
  const newest = (stretch: readonly HistoryEntry[]) => stretch.slice(-window);
  const segments = segmentsOf(before);
  const alike = segments.filter(({ identity }) => spreadAlike(identity, run.identity));
  const own =
    segments.find(({ identity }) => isOneSegment(identity, run.identity)) ??
    segments.findLast(({ identity }) => across && isComparable(identity, run.identity));
  const level = newest(stretchesOf(own?.entries ?? []).at(-1) ?? []);
  if (own !== undefined && !isOneSegment(own.identity, run.identity)) {
    const what = changeOfSegment(own.identity, run.identity);
    remarks.push(
      `An update: ${what}. Within a series it changes no count of instructions as a rule.`,
    );
  }
  const [first] = level;
  if (first?.accepted !== undefined) {
    const { why, at } = first.accepted;
    remarks.push(`The baseline begins with ${first.id}, accepted on ${at.slice(0, 10)}: ${why}`);
  }
  return {
    runs: level.map((entry) => measuredOf(path, entry)),
    spread: spreadOf(
      alike.flatMap((segment) => stretchesOf(segment.entries).map(newest)),
      FEWEST_FREEDOM,
    ),
    remarks,
    beginning: beginningOfLevel(own?.entries ?? [], before, run.identity),
  };
}
