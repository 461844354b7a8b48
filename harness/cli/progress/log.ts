/** Progress in a log: plain lines, each with the time since the start, and with the name of who says it. */
import type { Surroundings } from '../output.ts';
import type { Lane, LiveProgress } from './contract.ts';
import { StepClock } from './step-clock.ts';
import type { StepTimes } from './step-times.ts';
import { timeText, toGoText } from './wording.ts';

/** Details in a log come at most this often, of each that works. */
const LOG_DETAIL_MS = 10_000;

/** Plain lines of a run. */
export function logProgress(
  { stderr }: Pick<Surroundings, 'stderr'>,
  times: StepTimes,
): LiveProgress {
  const started = Date.now();
  const line = (text: string) =>
    stderr.write(`[${timeText(Date.now() - started).padStart(8)}] ${text}\n`);

  const worker = (prefix: string): Lane => {
    const clock = new StepClock(times);
    let lastDetail = 0;
    return {
      step(text) {
        const { expected } = clock.begin(text);
        const said = [
          ...(expected === undefined ? [] : [`about ${timeText(expected)}`]),
          ...[toGoText(times.toGo()) ?? []].flat(),
        ];
        line(`${prefix}${text}${said.length === 0 ? '' : ` (${said.join('; ')})`}`);
      },
      detail(text, share) {
        const before = clock.step?.expected;
        clock.detail(text, share);
        if (Date.now() - lastDetail < LOG_DETAIL_MS) return;
        lastDetail = Date.now();
        const expected = clock.step?.expected;
        const about = expected === before ? '' : ` (about ${timeText(expected ?? 0)} in all)`;
        line(`${prefix}  ${text}${about}`);
      },
      done(text) {
        clock.done();
        line(`${prefix}done: ${text}`);
      },
      warn: (text) => line(`${prefix}warning: ${text}`),
      close: () => clock.drop(),
    };
  };

  return { ...worker(''), note: line, lane: (name) => worker(`${name}: `) };
}
