/** From `--testbed` to a testbed's settings. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { EMULATED } from '../testbed.ts';
import { DEFAULTS, type HostSettings, parseAddress } from './settings.ts';
import { readTestbeds } from './testbeds-file.ts';

/** Where hosts are looked up when no file is named: the first that is there. */
function usualFiles(): string[] {
  const config = process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return ['testbeds.yaml', join(config, 'tinyvmi-bench', 'testbeds.yaml')];
}

/**
 * Reads `emulated`, `local`, `ssh:[user@]host[:port]`, or the name of a host in a testbeds.yaml.
 * @param file a testbeds.yaml; without it the usual ones are looked for
 * @throws UserError of kind `usage` for what is none of these
 */
export async function chooseHost(
  text: string,
  file: string | undefined,
): Promise<HostSettings | typeof EMULATED> {
  if (text === EMULATED) return EMULATED;
  const reach = parseAddress(text);
  if (reach !== undefined) return { ...DEFAULTS, name: text, reach };
  const path = file ?? (await firstThere(usualFiles()));
  if (path === undefined) {
    throw new UserError(`--testbed ${text}: there is no testbeds.yaml that could name it`, {
      kind: 'usage',
      advice: `accepted: ${EMULATED}, local, ssh:user@host[:port], or a name in testbeds.yaml`,
    });
  }
  const hosts = await readTestbeds(path);
  const found = hosts.get(text);
  if (found !== undefined) return found;
  throw new UserError(`--testbed ${text}: ${path} has no host of that name`, {
    kind: 'usage',
    advice: `it has: ${[...hosts.keys()].join(', ') || 'none'}`,
  });
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  return undefined;
}
