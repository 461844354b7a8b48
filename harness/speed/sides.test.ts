import { expect, it } from 'vitest';
import { onlyPrograms } from '../../infra/testing/support.ts';
import { commitOf, demandTools, here } from './sides.ts';

it('a commit has its full name', async () => {
  const { commit } = await here();
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(await commitOf('HEAD')).toBe(commit);
});

it.each(['no-such-commit', '--version', ''])('%j is refused as a commit', async (name) => {
  await expect(commitOf(name)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('has no such commit'),
  });
});

it('a missing program is named, with its package', async () => {
  await onlyPrograms('sh', 'git', 'npm', 'bash');
  await expect(demandTools()).rejects.toMatchObject({
    message: 'setpriv is not installed.',
    advice: expect.stringContaining('util-linux'),
  });
});
