import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { cacheRoot } from './root.ts';

it.each([
  [{ TINYVMI_CACHE: '/a/b', XDG_CACHE_HOME: '/x' }, '/a/b'],
  [{ XDG_CACHE_HOME: '/x' }, '/x/tinyvmi-bench'],
  [{ XDG_CACHE_HOME: 'relative' }, `${homedir()}/.cache/tinyvmi-bench`],
  [{ TINYVMI_CACHE: '' }, `${homedir()}/.cache/tinyvmi-bench`],
])('of %o is %s', (env, root) => {
  expect(cacheRoot(env)).toBe(root);
});
