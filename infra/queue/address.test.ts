import { expect, it } from 'vitest';
import { PASSWORD_VARIABLE, parseQueueAddress } from './address.ts';

it.each([
  ['redis://xen-lab', 'redis://xen-lab:6379/0', { host: 'xen-lab', port: 6379, db: 0 }],
  ['redis://10.0.0.1:7000/3', 'redis://10.0.0.1:7000/3', { port: 7000, db: 3 }],
  ['rediss://[::1]:7000', 'rediss://[::1]:7000/0', { host: '::1', tls: {} }],
  [
    'redis://bench:p%40ss@lab:1/2',
    'redis://lab:1/2',
    { username: 'bench', password: 'p@ss', host: 'lab' },
  ],
])('reads %s, and shows %s', (text, shown, options) => {
  const address = parseQueueAddress(text, {});
  expect(address.shown).toBe(shown);
  expect(address.options).toMatchObject(options);
});

it('takes the password from the environment, where ps does not show it', () => {
  const env = { [PASSWORD_VARIABLE]: 'secret' };
  expect(parseQueueAddress('redis://lab', env).options.password).toBe('secret');
  expect(parseQueueAddress('redis://:own@lab', env).options.password).toBe('own');
});

it.each([
  'lab',
  'http://:secret@lab',
  'redis://',
  'redis://:secret@lab/x',
  'redis://:secret@lab:port',
  'redis://:secret%zz@lab',
])('refuses %s without repeating it', (text) => {
  expect(() => parseQueueAddress(text, {})).toThrow(
    expect.objectContaining({ kind: 'usage', message: expect.not.stringContaining('secret') }),
  );
});
