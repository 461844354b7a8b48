/** Progress on a terminal: a live line for each that works, redrawn together; what is done stays above. */
import { paintFor, type Surroundings } from '../output.ts';
import type { Lane, LiveProgress } from './contract.ts';
import { type DrawnLine, LiveLines } from './live-lines.ts';
import { fitted, fittedLine, timeText } from './wording.ts';

const REDRAW_MS = 250;

/** A step that lasts. */
interface Step {
  text: string;
  detail: string;
  /** Milliseconds of the clock. */
  started: number;
}

/** Live lines of a run. */
export function terminalProgress({
  stderr,
  env,
}: Pick<Surroundings, 'stderr' | 'env'>): LiveProgress {
  const paint = paintFor(stderr, env);
  const live = new LiveLines(stderr);
  const workers = new Set<{ name: string; step: Step | undefined }>();
  let timer: NodeJS.Timeout | undefined;

  const lineOf = (name: string, { text, detail, started }: Step): DrawnLine => {
    const said = `${name}${text}${detail === '' ? '' : `: ${detail}`}`;
    const parts = { text: said, time: timeText(Date.now() - started) };
    const { text: shown, time } = fittedLine(parts, live.columns);
    return { text: shown + paint.dim(time), columns: shown.length + time.length };
  };
  const lines = (): DrawnLine[] => {
    const all = [...workers].flatMap(({ name, step }) =>
      step === undefined ? [] : [lineOf(name, step)],
    );
    if (all.length <= live.rows) return all;
    const shown = all.slice(0, live.rows - 1);
    const rest = fitted(`  … and ${all.length - shown.length} more`, live.columns);
    return [...shown, { text: rest, columns: rest.length }];
  };
  const draw = () => {
    const now = lines();
    live.draw(now);
    if (now.length > 0) {
      timer ??= setInterval(draw, REDRAW_MS).unref();
    } else {
      clearInterval(timer);
      timer = undefined;
    }
  };
  const above = (text: string) => {
    live.above(text, lines());
    draw();
  };

  const worker = (prefix: string): Lane => {
    const self: { name: string; step: Step | undefined } = { name: prefix, step: undefined };
    let closed = false;
    workers.add(self);
    return {
      step(text) {
        if (closed) return;
        self.step = { text, detail: '', started: Date.now() };
        draw();
      },
      detail(text) {
        if (self.step === undefined) return;
        self.step.detail = text;
        draw();
      },
      done(text) {
        const took = self.step === undefined ? '' : timeText(Date.now() - self.step.started);
        self.step = undefined;
        above(`${paint.good('✓')} ${prefix}${text}${took === '' ? '' : paint.dim(` (${took})`)}`);
      },
      warn: (text) => above(`${paint.bad('!')} ${prefix}${text}`),
      close() {
        closed = true;
        self.step = undefined;
        workers.delete(self);
        draw();
      },
    };
  };

  const { close: _never, ...whole } = worker('');
  return {
    ...whole,
    note: above,
    lane: (name) => worker(`${name}: `),
    close() {
      for (const one of workers) one.step = undefined;
      draw();
    },
  };
}
