/** Where the suite keeps what it builds and what it must remember, outside of any checkout. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * Absolute path of the cache: $TINYVMI_CACHE, else $XDG_CACHE_HOME/tinyvmi-bench, else
 * ~/.cache/tinyvmi-bench. Relative values are ignored for XDG_CACHE_HOME, as its specification asks.
 */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TINYVMI_CACHE) return resolve(env.TINYVMI_CACHE);
  const xdg = env.XDG_CACHE_HOME;
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
  return join(base, 'tinyvmi-bench');
}
