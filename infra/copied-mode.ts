/** What a copy of a file on a host keeps of it besides its bytes. */
import { stat } from 'node:fs/promises';

/** The mode of a file's copy: whether it can be executed, and nothing else. */
export async function copiedMode(path: string): Promise<number> {
  return ((await stat(path)).mode & 0o100) !== 0 ? 0o755 : 0o644;
}
