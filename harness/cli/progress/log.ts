/** Progress in a log: plain lines, each with the time since the start, and with the name of who says it. */
import type { Surroundings } from '../output.ts';
import type { Lane, LiveProgress } from './contract.ts';
import { timeText } from './wording.ts';

/** Details in a log come at most this often, of each that works. */
const LOG_DETAIL_MS = 10_000;

/** Plain lines of a run. */
export function logProgress({ stderr }: Pick<Surroundings, 'stderr'>): LiveProgress {
  const started = Date.now();
  const line = (text: string) =>
    stderr.write(`[${timeText(Date.now() - started).padStart(8)}] ${text}\n`);

  const worker = (prefix: string): Lane => {
    let lastDetail = 0;
    return {
      step: (text) => line(`${prefix}${text}`),
      detail(text) {
        if (Date.now() - lastDetail < LOG_DETAIL_MS) return;
        lastDetail = Date.now();
        line(`${prefix}  ${text}`);
      },
      done: (text) => line(`${prefix}done: ${text}`),
      warn: (text) => line(`${prefix}warning: ${text}`),
      close() {},
    };
  };

  return { ...worker(''), note: line, lane: (name) => worker(`${name}: `) };
}
