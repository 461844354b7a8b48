/** Where the suite keeps what must outlive its caches: journals of what it made on others' hosts. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * Absolute path: $TINYVMI_STATE, else $XDG_STATE_HOME/tinyvmi-bench, else
 * ~/.local/state/tinyvmi-bench. Relative values are ignored for XDG_STATE_HOME, as its specification asks.
 */
export function stateRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TINYVMI_STATE) return resolve(env.TINYVMI_STATE);
  const xdg = env.XDG_STATE_HOME;
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'state');
  return join(base, 'tinyvmi-bench');
}
