import { describe, expect, it } from 'vitest';
import { externalizedBuiltins } from './externalized-builtins.ts';

const config = (...defines: string[]) => ({
  ...process.config,
  target_defaults: { ...process.config.target_defaults, defines },
});

describe('the modules that a Node has outside itself', () => {
  it.each([
    { of: 'a Node of nodejs.org', defines: ['NODE_OPENSSL_CONF_NAME=nodejs_conf'], files: [] },
    {
      of: 'Debian’s',
      defines: [
        'NODE_OPENSSL_CERT_STORE',
        'NODE_SHARED_BUILTIN_CJS_MODULE_LEXER_LEXER_PATH=/usr/share/nodejs/cjs-module-lexer/lexer.js',
        'NODE_SHARED_BUILTIN_ACORN_PATH=/usr/share/nodejs/acorn/dist/acorn.js',
      ],
      files: [
        '/usr/share/nodejs/cjs-module-lexer/lexer.js',
        '/usr/share/nodejs/acorn/dist/acorn.js',
      ],
    },
  ])('are, of $of, what its build names', ({ defines, files }) => {
    expect(externalizedBuiltins(config(...defines))).toEqual(files);
  });
});
