import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testTools } from '../../../infra/testing/tools.ts';
import { Suite } from './suite.ts';

/** As native/Makefile: a rule for objects of the product, and one for each program of tests. */
const MAKEFILE = `
checks := $(OUT)/check
checks: $(checks)
list-checks:
	@echo $(checks)
$(OUT)/check: vmi/sum.c tests/main.c
	@mkdir -p $(@D)
	$(CC) -Werror -Wall -fsanitize=address,undefined -fno-sanitize-recover=all -o $@ $^
$(OUT)/objects/linux/%.o: %.c
	@mkdir -p $(@D)
	$(CC) -O2 -c -o $@ $<
`;
const SUM =
  'int sum(const int *a, int n)\n{\n    int s = 0;\n    for (int i = 0; i < n; i++)\n        s += a[i];\n    return s;\n}\n';
const MAIN = `
#include <stdio.h>
#include <stdlib.h>
int sum(const int *a, int n);
int main(void)
{
    int *a = calloc(2, sizeof(*a)), good;
    setvbuf(stdout, NULL, _IOLBF, 0);
    a[0] = 1;
    a[1] = 2;
    good = sum(a, 1) == 1;
    printf("%sok 1 - one\\n", good ? "" : "not ");
    while (!good)
        ;
    good = sum(a, 2) == 3;
    free(a);
    return !good;
}
`;

let source: string;
let suite: Suite;

beforeAll(async () => {
  source = await mkdtemp(join(tmpdir(), 'tinyvmi-suite-'));
  for (const folder of ['vmi', 'tests']) await mkdir(join(source, folder));
  await writeFile(join(source, 'Makefile'), MAKEFILE);
  await writeFile(join(source, 'vmi/sum.c'), SUM);
  await writeFile(join(source, 'vmi/lone.c'), SUM);
  await writeFile(join(source, 'tests/main.c'), MAIN);
  suite = await Suite.open(await testTools(), new AbortController().signal, source);
});

afterAll(async () => {
  await suite?.close();
  await rm(source, { recursive: true });
});

it('knows which files tests have', async () => {
  expect(await suite.tests('vmi/sum.c')).toBe(true);
  expect(await suite.tests('vmi/lone.c')).toBe(false);
});

it('tells whether the product’s code is another', async () => {
  const code = await suite.codeOf('vmi/sum.c', SUM);
  expect(await suite.codeOf('vmi/sum.c', SUM.replace('i < n', 'i != n || i < n'))).not.toBe(code);
  expect(await suite.codeOf('vmi/sum.c', SUM.replace('s += a[i]', 's = s + a[i]'))).toBe(code);
  expect(await suite.codeOf('vmi/sum.c', SUM.replace('int s', 'ints s'))).toBeUndefined();
});

it.each([
  ['at its first failure', 's += a', 's -= a', /^one$/],
  ['by a sanitizer', 'i < n', 'i < n + n / 2', /^ERROR: AddressSanitizer: heap-buffer-overflow$/],
  ['by its exit code', 's += a[i]', 's = i ? 5 : a[i]', /^exit code 1/],
])('a change is noticed %s', async (_how, from, to, by) => {
  await suite.put('vmi/sum.c', SUM.replace(from, to));
  expect(await suite.ask()).toEqual({ outcome: 'killed', by: expect.stringMatching(by) });
});

it('one that does the same is not', async () => {
  await suite.put('vmi/sum.c', SUM.replace('int i = 0', 'int unused, i = 0'));
  expect(await suite.ask()).toEqual({ outcome: 'survived', by: '' });
  await suite.put('vmi/sum.c', SUM);
});

it('tests that fail without a change end it', async () => {
  await writeFile(join(source, 'vmi/sum.c'), SUM.replace('return s', 'return 7'));
  await expect(Suite.open(await testTools(), new AbortController().signal, source)).rejects.toThrow(
    'check fails without any change: one',
  );
  await writeFile(join(source, 'vmi/sum.c'), SUM);
});
