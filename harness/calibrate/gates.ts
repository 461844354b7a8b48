/**
 * How often the gate is wrong, and what it catches, over made-up runs of known truth: the gate's own code,
 * for each kind of baseline.
 */
import type { HistoryEntry } from '../../results/history/types.ts';
import type { Measured } from '../../results/measured.ts';
import { proportionInterval } from '../analyse/distributions.ts';
import { nameOfRow } from '../compare/worst.ts';
import type { GateReport } from '../gate/gate.ts';
import { judgeByHistory } from '../gate/history-gate.ts';
import { judgeBySet } from '../gate/set-gate.ts';
import { CENTRE, normals, randomOf } from './designs.ts';

/** What a gate holds a run to. */
export type BaselineKind = 'one run' | 'several runs' | 'history';

/** A kind of gate that is simulated. */
export interface GateDesign {
  kind: BaselineKind;
  /** Runs of the level. */
  runs: number;
  /** Runs of the segment before, from which a history knows how runs differ. */
  earlier: number;
  /** By how much one of the figures changed, in margins. */
  change: number;
}

/** What gates of a design came to. */
export interface GateRates extends GateDesign {
  gates: number;
  /** Gates whose first comparison has a row that is worse, and whose confirming one has it, too. */
  alarms: number;
  confirmed: number;
  /** Gates that could not tell. */
  unknown: number;
  /** Part of the gates that end as a regression, with its Clopper-Pearson 95 % interval. */
  rate: number;
  rate95: [number, number];
}

/** Margin of every made-up figure. */
const MARGIN = 0.015;
/** How runs differ, and blocks and pages within them, on the scale of logarithms. */
const SPREAD = { run: MARGIN / 3, block: MARGIN / 20, page: MARGIN / 5 };
/** The default design: one boot of three blocks. */
const [BLOCKS, PAGES] = [3, 20];
const FIGURES = ['dom0', 'minios'].flatMap((arm) =>
  ['cold', 'tables', 'warm', 'batch'].map((state) => ({ benchmark: 'page-walk', arm, state })),
);
/** Figures that a gate compares. */
export const COMPARISONS = FIGURES.length;
const DAY_MS = 86_400_000;
const OPTIONS = { compare: { ignore: [], margin: MARGIN }, strict: false };
const UNIT = { phase: 'total', unit: 'instructions' };

/** Every kind of baseline, with nothing changed and with a change of twice the margin. */
export const GATE_DESIGNS: readonly GateDesign[] = [
  { kind: 'one run' as const, runs: 1, earlier: 0 },
  ...[2, 3, 5, 10].map((runs) => ({ kind: 'several runs' as const, runs, earlier: 0 })),
  { kind: 'history' as const, runs: 1, earlier: 20 },
  ...[3, 5, 10, 20].map((runs) => ({ kind: 'history' as const, runs, earlier: 0 })),
].flatMap((design) => [0, 2].map((change) => ({ ...design, change })));

/** What a design is called. */
export function nameOfGate({ kind, runs, earlier }: Omit<GateDesign, 'change'>): string {
  if (kind === 'one run') return kind;
  const level = runs === 1 ? 'one run' : `${runs} runs`;
  if (kind === 'several runs') return level;
  return earlier === 0 ? `history of ${level}` : `history, ${level} since a package update`;
}

/** What of a run is the same for all: only the kernel may change. */
function frame(place: number, kernel: string) {
  return {
    ...{ id: `run-${place}`, commit: null },
    startedAt: new Date(Date.UTC(2026, 0, 1) + place * DAY_MS).toISOString(),
    identity: { testbed: 'emulated', clock: 'counted, in instructions', 'dom0.kernel': kernel },
  };
}

/** A run with all of its samples. @param change of the first figure, as a factor */
function runOf(place: number, change: number, normal: () => number): Measured {
  const { id, ...rest } = frame(place, 'new');
  const groups = FIGURES.map((figure, i) => {
    const ofRun = SPREAD.run * normal() + (i === 0 ? Math.log(change) : 0);
    const batches = Array.from({ length: BLOCKS }, (_, block) => {
      const ofBlock = ofRun + SPREAD.block * normal();
      return {
        path: [id, '0', '0', `${block}`, '0'],
        values: Float64Array.from(
          { length: PAGES },
          () => CENTRE * Math.exp(ofBlock + SPREAD.page * normal()),
        ),
      };
    });
    return { ...figure, ...UNIT, batches };
  });
  return { id, ...rest, folder: id, digest: id, groups };
}

/** The line that a run left in a history: nothing of it but its medians is used. */
function entryAt(place: number, kernel: string, normal: () => number): HistoryEntry {
  const { commit, ...rest } = frame(place, kernel);
  return {
    ...{ version: 1, commit, ...rest, manifest: rest.id },
    measures: FIGURES.map((figure) => ({
      ...{ ...figure, ...UNIT, n: BLOCKS * PAGES, interval95: null },
      p50: CENTRE * Math.exp(SPREAD.run * normal()),
    })),
  };
}

/** One gate; null: it could not begin. */
async function gateOnce(
  { kind, runs, earlier, change }: GateDesign,
  normal: () => number,
): Promise<GateReport | null> {
  const factor = 1 + change * MARGIN;
  const place = earlier + runs;
  const options = { ...OPTIONS, confirm: async () => runOf(place + 1, factor, normal) };
  if (kind === 'history') {
    const entries = Array.from({ length: place }, (_, i) =>
      entryAt(i, i < earlier ? 'old' : 'new', normal),
    );
    const past = { path: 'history', entries, window: 20 };
    return (await judgeByHistory(past, runOf(place, factor, normal), options)).report;
  }
  const set = Array.from({ length: runs }, (_, i) => runOf(i, 1, normal));
  return judgeBySet(set, runOf(place, factor, normal), options);
}

/** Whether the figure that changed is among the rows; with nothing changed, whether any is. */
function isCaught({ regressions }: GateReport, change: number): boolean {
  const [first] = FIGURES;
  if (change === 0 || first === undefined) return regressions.length > 0;
  return regressions.some((row) => nameOfRow(row) === nameOfRow({ ...row, ...first }));
}

/** Simulates gates. The same seed and number give the same. */
export async function simulateGates(
  design: GateDesign,
  gates: number,
  seed: number,
): Promise<GateRates> {
  const normal = normals(randomOf(seed, `gate ${nameOfGate(design)} ${design.change}`));
  let [alarms, confirmed, unknown] = [0, 0, 0];
  for (let i = 0; i < gates; i++) {
    const report = await gateOnce(design, normal);
    if (report === null || report.outcome === 'unknown') unknown++;
    if (report === null) continue;
    if (report.regressions.length + report.unconfirmed.length > 0) alarms++;
    if (isCaught(report, design.change)) confirmed++;
  }
  const rate95 = proportionInterval(confirmed, gates);
  return { ...design, gates, alarms, confirmed, unknown, rate: confirmed / gates, rate95 };
}
