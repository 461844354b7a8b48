/**
 * Values that are very small or very large are drawn in a power of ten that stands at the axis: ticks then can
 * be read, and every step between two of them is a number.
 */
import type { Axis, LinePanel, Point } from '../model/types.ts';

/** Values whose greatest lies within are drawn as they are. */
const [LEAST, MOST] = [1e-2, 1e12];
/** Powers of ten are those of the prefixes of units. */
const STEP = 3;
/** 10 to more than this is no number. */
const LARGEST_POWER = 300;

/** The power of ten that an axis with these values is drawn in; 0: as they are. */
export function powerOf(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  if (most === 0 || !Number.isFinite(most) || (most >= LEAST && most < MOST)) return 0;
  return Math.floor(Math.log10(most) / STEP) * STEP;
}

/** A value in that power of ten. */
export function inPower(value: number, power: number): number {
  const first = Math.max(-LARGEST_POWER, Math.min(LARGEST_POWER, -power));
  return value * 10 ** first * 10 ** (-power - first);
}

function axisIn(axis: Axis, power: number): Axis {
  return power === 0 ? axis : { ...axis, label: `${axis.label} × 1e${power}` };
}

/** The panel with each axis in its power of ten. */
export function inMagnitude(panel: LinePanel): LinePanel {
  const points = panel.lines.flatMap((line) => line.points);
  const x = powerOf(points.map((point) => point.x));
  const y = powerOf(points.flatMap((point) => [point.y, ...(point.interval ?? [])]));
  if (x === 0 && y === 0) return panel;
  const pointIn = (point: Point): Point => ({
    ...point,
    x: inPower(point.x, x),
    y: inPower(point.y, y),
    ...(point.interval
      ? { interval: [inPower(point.interval[0], y), inPower(point.interval[1], y)] }
      : {}),
  });
  return {
    ...panel,
    x: axisIn(panel.x, x),
    y: axisIn(panel.y, y),
    lines: panel.lines.map((line) => ({ ...line, points: line.points.map(pointIn) })),
    ...(panel.marks === undefined
      ? {}
      : { marks: panel.marks.map((mark) => ({ ...mark, x: inPower(mark.x, x) })) }),
  };
}
