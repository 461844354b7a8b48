/**
 * The calibration that is published with the suite: one file, of which the tables in docs/ are made and from
 * which the gate says how often it is wrong.
 */
import { readFileSync } from 'node:fs';
import { proportionInterval } from '../analyse/distributions.ts';
import type { Coverage } from './coverage.ts';
import type { BaselineKind, GateRates } from './gates.ts';
import type { VerdictRate } from './verdicts.ts';

/** What `tinyvmi-bench calibrate --document` writes. */
export interface Calibration {
  version: 1;
  /** Command that makes it again. */
  command: string;
  experiments: number;
  seed: number;
  coverage: Coverage[];
  verdicts: VerdictRate[];
  gates: GateRates[];
}

/** Where it stands. */
export const PUBLISHED = new URL('../../results/calibration.json', import.meta.url);

/** The published calibration. @throws Error when the file is not there or is no JSON */
export function publishedCalibration(): Calibration {
  return JSON.parse(readFileSync(PUBLISHED, 'utf8')) as Calibration;
}

/** How often gates like one are wrong where nothing changed, and catch twice the margin. */
export interface GateReliability {
  kind: BaselineKind;
  /** Runs of the level that was simulated: as many as the gate had, or the next fewer. */
  runs: number;
  /** Whether a second comparison confirmed. */
  confirmed: boolean;
  gates: number;
  /** Part of the gates that end as a regression with nothing changed, with its 95 % interval where confirmed. */
  falseAlarms: number;
  falseAlarms95: [number, number];
  /** Part that ends as a regression where one figure is dearer by twice its margin. */
  caught: number;
}

/** Of gates of a kind whose level has so many runs. */
export function reliabilityOf(
  kind: BaselineKind,
  runs: number,
  confirmed: boolean,
): GateReliability {
  const known = publishedCalibration().gates.filter((gate) => gate.kind === kind);
  const fewer = known.filter((gate) => gate.runs <= runs).map((gate) => gate.runs);
  const level = fewer.length > 0 ? Math.max(...fewer) : Math.min(...known.map((gate) => gate.runs));
  const [same, changed] = [0, 2].map((change) =>
    known.find((gate) => gate.runs === level && gate.change === change),
  );
  if (same === undefined || changed === undefined) {
    throw new Error(`${PUBLISHED.pathname} has no gate of the kind ${kind}`);
  }
  const [wrong, right] = confirmed
    ? [same.confirmed, changed.confirmed]
    : [same.alarms, changed.alarms];
  return {
    ...{ kind, runs: level, confirmed, gates: same.gates },
    falseAlarms: wrong / same.gates,
    falseAlarms95: proportionInterval(wrong, same.gates),
    caught: right / changed.gates,
  };
}

const percent = (part: number) => `${(part * 100).toFixed(1)} %`;

/** The same in a sentence. */
export function reliabilitySentence(of: GateReliability): string {
  const level = of.runs === 1 ? 'one run' : `${of.runs} runs`;
  const held =
    of.kind === 'history' ? `a history whose level has ${level}` : `a baseline of ${level}`;
  const way = of.confirmed ? 'confirmed' : 'unconfirmed';
  const [low, high] = of.falseAlarms95.map(percent);
  return `How good this is: of ${of.gates} simulated gates against ${held}, ${percent(of.falseAlarms)} (95 %: ${low} to ${high}) end as a ${way} regression with nothing changed, and ${percent(of.caught)} catch a change of twice the margin (docs/calibration.md).`;
}
