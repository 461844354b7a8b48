/** Our folder on a host, which is in the journal before it is made, and has the journal in it afterwards. */
import { mustRun } from '../xl/commands.ts';
import type { Journal } from './journal.ts';
import type { Commands } from './undo.ts';

/** Writes standard input to the file $1, whole or not at all. */
const WRITE_FILE = 'umask 077; cat > "$1.part" && mv "$1.part" "$1"';

/** The command that makes it: ours alone, and an error where there is something already. */
export function makingFolder(path: string): string[] {
  return ['mkdir', '-m', '700', path];
}

/**
 * Makes it, and has the journal written there from then on.
 * @throws UserError when the host does not make it
 */
export async function makeFolder(
  host: Commands,
  journal: Journal,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  await journal.add({ kind: 'folder', path });
  await mustRun(host, `make the folder ${path}`, makingFolder(path), { signal });
  await journal.mirror(async (text) => {
    const argv = ['sh', '-c', WRITE_FILE, 'sh', `${path}/journal`];
    await mustRun(host, 'write the journal', argv, { input: text });
  });
}
