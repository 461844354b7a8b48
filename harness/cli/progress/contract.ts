/** What the command line reports its progress by, whatever draws it. */
import type { Progress } from '../../../infra/testbed.ts';
import type { Lane } from '../../campaign/lives.ts';

export type { Lane };

/** Progress that can be ended, with lanes for several that work at once. */
export interface LiveProgress extends Progress {
  /** Says something that is no step. */
  note(text: string): void;
  /** Progress under a name, beside what else works. Two may have the same name. */
  lane(name: string): Lane;
  /** Takes all live lines away, and stops drawing them until the next step. */
  close(): void;
}
