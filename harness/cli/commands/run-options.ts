/** Options of `run` as they are written, and those of them that the plans are made of. */
import type { RawRunOptions } from '../../plan/options.ts';

/** Options of `run`, as they are written. */
export type RunCommandOptions = RawRunOptions & {
  out: string;
  json?: boolean;
  /** False: the result alone is written; its report can be drawn elsewhere. */
  report?: boolean;
  resumable?: boolean;
  /** Folder of an interrupted run. */
  resume?: string;
  /** Print what would be changed, and change nothing. */
  dryRun?: boolean;
  /** Attempts on each testbed, at most. */
  tries?: string;
  /** Address of a Redis, whose workers measure. */
  queue?: string;
};

/** What of a report is written: all of it by default, nothing when that is asked for. */
export function reportFormats({ report = true }: RunCommandOptions): readonly [] | undefined {
  return report ? undefined : [];
}

/** Options of the plan alone. */
export function planOptions(options: RunCommandOptions): RawRunOptions {
  const {
    out: _out,
    json: _json,
    report: _report,
    resumable: _resumable,
    resume: _resume,
    dryRun: _dryRun,
    tries: _tries,
    queue: _queue,
    ...raw
  } = options;
  return raw;
}
