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

/** When text has attributes: `auto` where the stream is a terminal that takes them. */
export const COLOURS = ['auto', 'always', 'never'] as const;

/** The environment in which text is painted as `--color` says; anything but always and never changes nothing. */
export function withColour(env: Surroundings['env'], colour: string): Surroundings['env'] {
  if (colour === 'never') return { ...env, NO_COLOR: '1' };
  return colour === 'always' ? { ...env, NO_COLOR: undefined, FORCE_COLOR: '1' } : env;
}

function isPainted(sink: Sink, env: Surroundings['env']): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  return sink.isTTY === true && env.TERM !== 'dumb';
}

/**
 * Attributes for this stream: none with NO_COLOR, all with FORCE_COLOR that is not 0, else those of a terminal
 * that is not a dumb one.
 */
export function paintFor(sink: Sink, env: Surroundings['env']): Paint {
  return isPainted(sink, env) ? COLOURED : PLAIN;
}

/** Columns of this stream, within what reads well. */
export function widthOf(sink: Sink): number {
  return Math.max(40, Math.min(sink.columns ?? 80, 110));
}
