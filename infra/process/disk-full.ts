/**
 * A full disk, recognised in one place: it arrives as an error code of Node, or as a sentence of a tool.
 */
import { UserError } from '../errors.ts';

/** True for Node's errors of a full disk or an exhausted quota. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** True when a tool's output blames a full disk. */
export function mentionsDiskFull(text: string): boolean {
  return /No space left on device|Disk quota exceeded|don't have enough free space/i.test(text);
}

/** The error that a user sees for a full disk that holds `path`. */
export function diskFull(path: string, cause?: unknown): UserError {
  return new UserError(`the disk that holds ${path} is full`, {
    advice:
      'free about 2 GiB there, or point TINYVMI_CACHE at a folder on another disk, and run again',
    cause,
  });
}
