import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { quoteAll } from './quote.ts';

it.each([
  [['plain', '/a-b/c_d=e,f:g@h%i+j']],
  [
    [
      '',
      ' ',
      'two words',
      "it's",
      '"',
      '$HOME',
      '`x`',
      '\\',
      '*',
      '~',
      '!',
      '#',
      '\n',
      'ä',
      ';',
      '&&',
    ],
  ],
])('is read back by a shell: %j', (argv) => {
  const script = `printf '%s\\0' ${quoteAll(argv)}`;
  const out = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  expect(out.split('\0').slice(0, -1)).toEqual(argv);
});
