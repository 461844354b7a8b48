/** Progress that says nothing, and still remembers how long steps take. */
import type { Lane, LiveProgress } from './contract.ts';
import { StepClock } from './step-clock.ts';
import type { StepTimes } from './step-times.ts';

/** Progress of a run that is not to be seen. */
export function quietProgress(times: StepTimes): LiveProgress {
  const worker = (): Lane => {
    const clock = new StepClock(times);
    return {
      step: (text) => void clock.begin(text),
      detail: (text, share) => clock.detail(text, share),
      done: () => void clock.done(),
      warn() {},
      close: () => clock.drop(),
    };
  };
  return { ...worker(), note() {}, lane: worker };
}
