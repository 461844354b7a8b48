/**
 * Where a command writes, and what its surroundings allow.
 */
import { COLOURED, type Paint, PLAIN } from '../../reports/render/terminal.ts';

/** A stream that text is written to. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Streams and environment of a command. */
export interface Surroundings {
  stdout: Sink;
  stderr: Sink;
  env: Readonly<Record<string, string | undefined>>;
}

/** Attributes for this stream: none without a terminal, with NO_COLOR, or on a dumb terminal. */
export function paintFor(sink: Sink, env: Surroundings['env']): Paint {
  const wanted = sink.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return wanted ? COLOURED : PLAIN;
}

/** Columns of this stream, within what reads well. */
export function widthOf(sink: Sink): number {
  return Math.max(40, Math.min(sink.columns ?? 80, 110));
}
