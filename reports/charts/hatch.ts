/**
 * Hatches as lines, so that they stay sharp in vector pictures.
 */
import type { Chart } from 'chart.js';
import type { Hatch } from './theme.ts';

/** What is drawn on. */
export type Surface = Chart['ctx'];

/** A rectangle in CSS pixels; width and height are from 0 up. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

const STEP = 8;
const THICK = 2;

/** Lines on a grid that is the same for the whole picture, so that neighbours meet. */
function from(start: number): number {
  return Math.floor(start / STEP) * STEP;
}

function slanted(ctx: Surface, { x, y, width, height }: Rectangle, rising: boolean): void {
  for (let at = from(x - height); at < x + width; at += STEP) {
    const [low, high] = rising ? [y + height, y] : [y, y + height];
    ctx.moveTo(at, low);
    ctx.lineTo(at + height, high);
  }
}

function level(ctx: Surface, { x, y, width, height }: Rectangle): void {
  for (let at = from(y) + STEP / 2; at < y + height; at += STEP) {
    ctx.moveTo(x, at);
    ctx.lineTo(x + width, at);
  }
}

function upright(ctx: Surface, { x, y, width, height }: Rectangle): void {
  for (let at = from(x) + STEP / 2; at < x + width; at += STEP) {
    ctx.moveTo(at, y);
    ctx.lineTo(at, y + height);
  }
}

function dotted(ctx: Surface, { x, y, width, height }: Rectangle): void {
  for (let row = from(y) + STEP / 2; row < y + height; row += STEP) {
    for (let at = from(x) + STEP / 2; at < x + width; at += STEP) {
      ctx.moveTo(at - THICK / 2, row);
      ctx.lineTo(at + THICK / 2, row);
    }
  }
}

/** Draws the hatch over a rectangle; whatever has no area stays as it is. */
export function drawHatch(ctx: Surface, hatch: Hatch, lines: string, area: Rectangle): void {
  if (hatch === 'none' || area.width <= 0 || area.height <= 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.x, area.y, area.width, area.height);
  ctx.clip();
  ctx.strokeStyle = lines;
  ctx.lineWidth = hatch === 'crossed' ? THICK / 2 : THICK * 0.8;
  ctx.beginPath();
  if (hatch === 'rising' || hatch === 'crossed') slanted(ctx, area, true);
  if (hatch === 'falling' || hatch === 'crossed') slanted(ctx, area, false);
  if (hatch === 'level') level(ctx, area);
  if (hatch === 'upright') upright(ctx, area);
  if (hatch === 'dotted') dotted(ctx, area);
  ctx.stroke();
  ctx.restore();
}
