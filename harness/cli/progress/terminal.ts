/** Progress on a terminal: a live line for each that works, redrawn together; what is done stays above. */
import { paintFor, type Surroundings } from '../output.ts';
import type { Lane, LiveProgress } from './contract.ts';
import { type DrawnLine, LiveLines } from './live-lines.ts';
import { type Step, StepClock } from './step-clock.ts';
import type { StepTimes } from './step-times.ts';
import { fitted, fittedLine, timeText, toGoText, waitText } from './wording.ts';

const REDRAW_MS = 250;

/** Live lines of a run. */
export function terminalProgress(
  { stderr, env }: Pick<Surroundings, 'stderr' | 'env'>,
  times: StepTimes,
): LiveProgress {
  const paint = paintFor(stderr, env);
  const live = new LiveLines(stderr);
  const workers = new Set<{ name: string; clock: StepClock }>();
  let timer: NodeJS.Timeout | undefined;

  const lineOf = (name: string, { text, detail, started, expected }: Step): DrawnLine => {
    const said = `${name}${text}${detail === '' ? '' : `: ${detail}`}`;
    const parts = { text: said, time: waitText(Date.now() - started, expected) };
    const { text: shown, time } = fittedLine(parts, live.columns);
    return { text: shown + paint.dim(time), columns: shown.length + time.length };
  };
  const lines = (): DrawnLine[] => {
    const all = [...workers].flatMap(({ name, clock: { step } }) =>
      step === undefined ? [] : [lineOf(name, step)],
    );
    const toGo = toGoText(times.toGo());
    if (all.length > 0 && toGo !== undefined) {
      const { text } = fittedLine({ text: toGo, time: '' }, live.columns);
      all.push({ text: paint.dim(text), columns: text.length });
    }
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
    const clock = new StepClock(times);
    const self = { name: prefix, clock };
    let closed = false;
    workers.add(self);
    return {
      step(text) {
        if (closed) return;
        clock.begin(text);
        draw();
      },
      detail(text, share) {
        if (clock.step === undefined) return;
        clock.detail(text, share);
        draw();
      },
      done(text) {
        const took = clock.done();
        const time = took === undefined ? '' : paint.dim(` (${timeText(took)})`);
        above(`${paint.good('✓')} ${prefix}${text}${time}`);
      },
      warn: (text) => above(`${paint.bad('!')} ${prefix}${text}`),
      close() {
        closed = true;
        clock.drop();
        workers.delete(self);
        draw();
      },
    };
  };

  return {
    ...worker(''),
    note: above,
    lane: (name) => worker(`${name}: `),
    close() {
      for (const one of workers) one.clock.drop();
      draw();
    },
  };
}
