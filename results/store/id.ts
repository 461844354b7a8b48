/**
 * Names of results.
 */
import { randomBytes } from 'node:crypto';

const RESULT_ID = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{6}$/;

/** Whether this can be the name of a result: what came from elsewhere may not name any other folder. */
export function isResultId(text: string): boolean {
  return RESULT_ID.test(text);
}

/** The name of a result: time of its start, and a part that is its own. */
export function resultId(startedAt: Date): string {
  const time = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return `${time}-${randomBytes(3).toString('hex')}`;
}
