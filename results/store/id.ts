/**
 * Names of results.
 */
import { randomBytes } from 'node:crypto';

/** The name of a result: time of its start, and a part that is its own. */
export function resultId(startedAt: Date): string {
  const time = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return `${time}-${randomBytes(3).toString('hex')}`;
}
