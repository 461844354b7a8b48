/**
 * Baselines by name: a copy of results that is there when their folders are gone, below one folder that
 * can be committed.
 */
import { cp, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../../infra/errors.ts';
import { makeFolder } from '../../../infra/files/make-folder.ts';
import { holdSignals } from '../../../infra/process/hold-signals.ts';
import { type Janitor, removedAtDeath } from '../../../infra/process/janitor.ts';
import type { Measured } from '../../../results/measured.ts';

/** Where named baselines are when nothing else is said. */
export const DEFAULT_BASELINES = 'results/named';

/** Options of the commands that know baselines by name. */
export interface NamedBaselineOptions {
  saveBaseline?: string;
  baselines: string;
}

/** @throws UserError of kind usage for a name that is none */
function demandName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return;
  throw new UserError(`--save-baseline ${name}: not a name.`, {
    kind: 'usage',
    advice: 'Letters, digits, dots, dashes and underscores, at most 64: --save-baseline release-2',
  });
}

/**
 * The place of a baseline: a path that exists, several with commas between them, or a name.
 * @throws UserError when there is nothing of that name
 */
export async function baselinePath(
  baseline: string,
  { baselines }: Pick<NamedBaselineOptions, 'baselines'>,
): Promise<string> {
  const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;
  if (/[/,]/.test(baseline) || (await exists(baseline))) return baseline;
  const named = join(baselines, baseline);
  if (await exists(named)) return named;
  const known = (await readdir(baselines).catch(() => [])).filter((name) => !name.startsWith('.'));
  throw new UserError(`${baseline} is no result, and no baseline of ${baselines}.`, {
    advice:
      known.length === 0
        ? 'Give a result, or save a baseline first: --save-baseline <name>'
        : `Baselines: ${known.sort().join(', ')}.`,
  });
}

/**
 * Keeps copies of results under the name that was asked for, in the place of what had that name.
 * @returns what was saved, for a document; undefined when nothing was asked for
 */
export async function saveBaseline(
  { saveBaseline: name, baselines }: NamedBaselineOptions,
  results: readonly Measured[],
): Promise<{ savedBaseline: string } | undefined> {
  if (name === undefined) return undefined;
  demandName(name);
  const place = join(baselines, name);
  let fresh = '';
  let janitor: Janitor | undefined;
  try {
    await makeFolder(baselines);
    fresh = await mkdtemp(join(baselines, '.new-'));
    janitor = removedAtDeath(resolve(fresh));
    for (const { folder } of results) {
      await cp(folder, join(fresh, basename(folder)), { recursive: true });
    }
    await holdSignals(async () => {
      await rm(place, { recursive: true, force: true });
      await rename(fresh, place);
    });
  } catch (cause) {
    if (fresh !== '') await rm(fresh, { recursive: true, force: true });
    throw new UserError(`Cannot save the baseline ${place}: ${(cause as Error).message}`, {
      advice: 'Give another folder with --baselines.',
      cause,
    });
  } finally {
    janitor?.dismiss();
  }
  return { savedBaseline: place };
}
