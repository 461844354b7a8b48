/**
 * Charts of a report, each drawn once: when the report needs it, or ahead of it. What is kept is found by
 * all that it was drawn from, so that a chart of other data is never taken for it.
 */
import type { Chart, Figure } from '../model/types.ts';
import type { ChartLayout, DrawnChart, VectorChart } from './chart.ts';
import { UNCOLOURED } from './colours.ts';
import { LIGHT } from './theme.ts';

/**
 * What draws charts. It is loaded when something is drawn: it brings large libraries, which most commands
 * do without.
 */
const loadDrawing = () => import('./chart.ts');

/** Charts that were drawn, until they are let go of. */
export class DrawnCharts {
  readonly #vectors = new Map<string, VectorChart>();
  readonly #pixels = new Map<string, DrawnChart>();

  /** Number of pictures. */
  get size(): number {
    return this.#vectors.size + this.#pixels.size;
  }

  /** A figure as lines and text, without colours yet. */
  async vector({ id, chart }: Figure, layout: ChartLayout): Promise<VectorChart> {
    const { drawVectorChart } = await loadDrawing();
    const name = `${layout}-${id}-`;
    const key = keyOf(name, chart);
    const known = this.#vectors.get(key) ?? drawVectorChart(chart, UNCOLOURED, layout, name);
    this.#vectors.set(key, known);
    return known;
  }

  /** A figure as pixels, wide and in light colours. */
  async pixels({ id, chart }: Figure): Promise<DrawnChart> {
    const { drawChart } = await loadDrawing();
    const key = keyOf(id, chart);
    const known = this.#pixels.get(key) ?? (await drawChart(chart, LIGHT, 'wide'));
    this.#pixels.set(key, known);
    return known;
  }
}

function keyOf(name: string, chart: Chart): string {
  return `${name} ${JSON.stringify(chart)}`;
}
