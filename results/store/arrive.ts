/**
 * A result that was made elsewhere and is brought here: it becomes one of ours when schemas and hashes
 * say that it is whole, and under its own name.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../infra/errors.ts';
import { PartialResult } from './partial.ts';
import { readResult } from './reader.ts';

/**
 * Takes a result in.
 * @param bring puts its files into the empty folder that it is given
 * @returns its folder below `runs`, which may have been there: a worker can share our disk
 * @throws UserError when what came is not that result, whole; nothing is left of it then
 */
export async function takeIn(
  runs: string,
  id: string,
  bring: (folder: string) => Promise<void>,
): Promise<string> {
  const partial = await PartialResult.begin(runs, id);
  const folder = join(runs, id);
  try {
    await bring(partial.folder);
    const { manifest, manifestDigest } = await readResult(partial.folder);
    if (manifest.id !== id) {
      throw new UserError(`The result ${manifest.id} came where ${id} was expected.`);
    }
    if ((await stat(folder).catch(() => undefined)) === undefined) return await partial.finish();
    if ((await readResult(folder)).manifestDigest !== manifestDigest) {
      throw new UserError(`${folder} is another result of the same name.`, {
        advice: 'Give another folder with --out.',
      });
    }
    return folder;
  } finally {
    await partial.discard();
  }
}
