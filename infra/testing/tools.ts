/** The tools that images are built with, for tests: those of this user's cache, whatever cache a test has. */
import { Cache } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import { findTools, type Tools } from '../tools/tools.ts';
import { SILENT } from './silent.ts';

/** Found, and fetched by the first test that asks, unless `npm test` did. */
export function testTools(): Promise<Tools> {
  return findTools(new Cache(cacheRoot(), SILENT));
}
