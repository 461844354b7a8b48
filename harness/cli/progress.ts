/**
 * Progress of long steps: one live line with the elapsed time on a terminal, plain lines in a log.
 * It goes to standard error, so that standard output stays the result's.
 */
import type { Progress } from '../../infra/testbed.ts';
import { paintFor, type Surroundings } from './output.ts';

/** Details in a log come at most this often. */
const LOG_DETAIL_MS = 10_000;
const REDRAW_MS = 250;

/** Progress that can be ended: the live line is cleared, the timer stopped. */
export interface LiveProgress extends Progress {
  close(): void;
  /** Progress of one of several machines under this display. */
  lane(name: string): Progress & { close(): void };
}

function seconds(since: number): string {
  const whole = Math.round((Date.now() - since) / 1000);
  return whole < 60
    ? `${whole} s`
    : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}

/** Plain lines, each with the time since the start, and with a name when several write at once. */
function logProgress({ stderr }: Pick<Surroundings, 'stderr'>, name = ''): LiveProgress {
  const started = Date.now();
  let lastDetail = 0;
  const line = (text: string) =>
    stderr.write(`[${seconds(started).padStart(8)}] ${name === '' ? '' : `${name}: `}${text}\n`);
  return {
    step: (text) => line(text),
    detail(text) {
      if (Date.now() - lastDetail < LOG_DETAIL_MS) return;
      lastDetail = Date.now();
      line(`  ${text}`);
    },
    done: (text) => line(`done: ${text}`),
    warn: (text) => line(`warning: ${text}`),
    close() {},
    lane: (lane) => logProgress({ stderr }, name === '' ? lane : `${name}: ${lane}`),
  };
}

/** One line that is drawn over and over; what is done stays above it. */
function terminalProgress({ stderr, env }: Surroundings): LiveProgress {
  const paint = paintFor(stderr, env);
  let step = '';
  let detail = '';
  let started = Date.now();
  let timer: NodeJS.Timeout | undefined;
  const clear = () => stderr.write('\r\x1b[2K');
  const draw = () => {
    const text = `${step}${detail === '' ? '' : `: ${detail}`}`;
    const room = (stderr.columns ?? 80) - 14;
    const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
    clear();
    stderr.write(`  ${cut} ${paint.dim(`(${seconds(started)})`)}`);
  };
  const above = (text: string) => {
    clear();
    stderr.write(`${text}\n`);
    if (timer !== undefined) draw();
  };
  const rest = () => {
    clearInterval(timer);
    timer = undefined;
    clear();
  };
  return {
    step(text) {
      rest();
      step = text;
      detail = '';
      started = Date.now();
      timer = setInterval(draw, REDRAW_MS);
      timer.unref();
      draw();
    },
    detail(text) {
      detail = text;
      if (timer !== undefined) draw();
    },
    done(text) {
      const took = seconds(started);
      rest();
      above(`${paint.good('✓')} ${text} ${paint.dim(`(${took})`)}`);
    },
    warn: (text) => above(`${paint.bad('!')} ${text}`),
    close: rest,
    lane: (name) => logProgress({ stderr }, name),
  };
}

/** Progress of one of several testbeds, each line with its name. */
export function namedProgress(surroundings: Pick<Surroundings, 'stderr'>, name: string): Progress {
  return logProgress(surroundings, name);
}

/** Progress that suits the surroundings. */
export function makeProgress(surroundings: Surroundings): LiveProgress {
  const live = surroundings.stderr.isTTY === true && surroundings.env.TERM !== 'dumb';
  return live ? terminalProgress(surroundings) : logProgress(surroundings);
}
