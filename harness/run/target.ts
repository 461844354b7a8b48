/**
 * The target's own report on its console (native/PROTOCOL.md, Target), and the watch over it.
 */
import { UserError } from '../../infra/errors.ts';
import type { Domain } from '../../infra/testbed.ts';
import type { SpecOf } from '../plan/plan.ts';
import { LineSplitter, quoteTail, Tail } from './lines.ts';
import type { TargetRegion } from './outcome.ts';
import { SilenceTimer } from './wait.ts';

const REGION = /TARGET region base=(0x[0-9a-f]+) pages=(\d+) page-size=(\w+) batch=(\d+)/;
const DIGEST = /TARGET digest first=(\d+) pages=(\d+) digest=([0-9a-f]{16})\b/;
const EVENTS = /TARGET events .*fsgsbase=([01]) umip=([01])/;
/** What a target's console says when it has reported, and only waits for orders. */
export const TARGET_READY = 'TARGET ready';
const READY = new RegExp(`${TARGET_READY}\\b`);
const TROUBLE = /TARGET error|Kernel panic|not syncing/;

/** Puts the target's report together, line by line. */
export class TargetReport {
  #region: TargetRegion | undefined;
  #ready = false;

  /** Takes a line of the console; other lines than the report's are left alone. */
  line(text: string): void {
    const region = REGION.exec(text);
    if (region !== null) {
      const [, base, pages, pageSize, batch] = region as unknown as [
        string,
        string,
        string,
        string,
        string,
      ];
      this.#region = {
        base: BigInt(base),
        pages: Number(pages),
        pageSize,
        batch: Number(batch),
        digests: this.#region?.digests ?? new Map(),
      };
    }
    const digest = DIGEST.exec(text);
    if (digest !== null && this.#region !== undefined) {
      const [, first, pages, value] = digest as unknown as [string, string, string, string];
      this.#region.digests.set(Number(first), { pages: Number(pages), digest: value });
    }
    const events = EVENTS.exec(text);
    if (events !== null && this.#region !== undefined) {
      this.#region.processor = { fsgsbase: events[1] === '1', umip: events[2] === '1' };
    }
    if (READY.test(text)) this.#ready = true;
  }

  /** The region, once the target is ready. */
  get ready(): TargetRegion | undefined {
    return this.#ready ? this.#region : undefined;
  }
}

/**
 * Checks that the region is the one that was asked for.
 * @throws UserError of kind `error`
 */
export function checkRegion(region: TargetRegion, asked: SpecOf<'target'>): void {
  const problems: string[] = [];
  if (region.pages < asked.pages) {
    problems.push(`it has ${region.pages} pages of the ${asked.pages} asked for`);
  }
  if (region.pageSize !== asked.pageSize) {
    problems.push(`its pages are ${region.pageSize}, not ${asked.pageSize}`);
  }
  if (region.batch !== asked.batch) {
    problems.push(`its digests cover ${region.batch} pages, not ${asked.batch}`);
  }
  for (let first = 0; first < asked.pages; first += asked.batch) {
    const pages = Math.min(asked.batch, asked.pages - first);
    if (region.digests.get(first)?.pages !== pages) {
      problems.push(`it gave no digest of pages ${first} to ${first + pages - 1}`);
      break;
    }
  }
  if (problems.length > 0) {
    throw new UserError(`The target is not the one asked for: ${problems.join('; ')}.`, {
      advice: 'This is a defect of the target image. Build it anew: tinyvmi-bench clean --cache',
    });
  }
}

/** A target under watch. */
export interface WatchedTarget {
  /** Resolves with the region when the target has reported it whole. */
  ready: Promise<TargetRegion>;
  /** Resolves when its console ended although nobody asked for it: the target is gone. */
  ended: Promise<void>;
  /** The last lines of its console. */
  tail(): readonly string[];
}

/**
 * Reads the target's console until `signal` fires. Waits for the report at most `silenceMs`
 * after the last line.
 */
export function watchTarget(target: Domain, silenceMs: number, signal: AbortSignal): WatchedTarget {
  const tail = new Tail(400);
  const report = new TargetReport();
  const splitter = new LineSplitter();
  const failed = (what: string, kind: 'error' | 'crash') =>
    new UserError(`The target ${what}.${quoteTail(tail.lines)}`, {
      kind,
      advice: 'Run again; tinyvmi-bench doctor checks the machine.',
    });
  let settle: { resolve: (region: TargetRegion) => void; reject: (error: unknown) => void };
  const ready = new Promise<TargetRegion>((resolve, reject) => {
    settle = { resolve, reject };
  });
  ready.catch(() => {});
  const timer = new SilenceTimer(silenceMs, () =>
    settle.reject(failed(`printed nothing for ${silenceMs / 1000} s and is not ready`, 'error')),
  );
  const read = async (): Promise<void> => {
    for await (const chunk of target.console(signal)) {
      timer.alive();
      for (const line of splitter.push(chunk)) {
        tail.add(line);
        report.line(line);
        if (TROUBLE.test(line)) settle.reject(failed('could not start', 'crash'));
      }
      if (report.ready !== undefined) {
        timer.stop();
        settle.resolve(report.ready);
      }
    }
  };
  const ended = read().finally(() => {
    timer.stop();
    settle.reject(failed('died before it was ready', 'crash'));
  });
  ended.catch(() => {});
  return { ready, ended, tail: () => tail.lines };
}
