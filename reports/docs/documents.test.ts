import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { madeFiles, ROOT } from './documents.ts';

const files = await madeFiles();

it.each(files.map(({ path, content }) => [path, content] as const))(
  '%s is what npm run docs writes',
  async (path, content) => {
    const stored = await readFile(join(ROOT, path));
    if (typeof content === 'string') expect(stored.toString('utf8')).toBe(content);
    else expect(stored.equals(content), `${path} is another picture: run npm run docs`).toBe(true);
  },
);
