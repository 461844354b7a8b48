import { expect, it } from 'vitest';
import { changed, type Kind, sitesOf } from './sites.ts';

/** Every change of a function's body, as kind and the body that it makes. */
async function changesOf(body: string): Promise<[Kind, string][]> {
  const [before, after] = ['void f(void) {', '}'];
  const text = before + body + after;
  return (await sitesOf(text)).map((site) => [
    site.kind,
    changed(text, site).slice(before.length, -after.length),
  ]);
}

it.each<[body: string, changes: [Kind, string][]]>([
  [
    'if (a) b();',
    [
      ['condition negated', 'if (!(a)) b();'],
      ['call left out', 'if (a) ;'],
    ],
  ],
  ['do { } while (a);', [['condition negated', 'do { } while (!(a));']]],
  ['for (; a;) { }', [['condition negated', 'for (; !(a);) { }']]],
  ['return a ? b : c;', [['condition negated', 'return !(a) ? b : c;']]],
  ['return a < b;', [['bound moved by one', 'return a <= b;']]],
  ['return a >= b;', [['bound moved by one', 'return a > b;']]],
  [
    'return a << b | c;',
    [
      ['operator changed', 'return a << b & c;'],
      ['operator changed', 'return a >> b | c;'],
    ],
  ],
  ['return &a, *b, -c, ~d, !e;', []],
  ['return 0;', [['constant changed', 'return 1;']]],
  ['return 0xfffull;', [['constant changed', 'return 0x1000ull;']]],
  ['return 017;', [['constant changed', 'return 16;']]],
  ['return true;', [['constant changed', 'return false;']]],
  ['(void)g(a);', [['call left out', ';']]],
  ['a->b = c;', [['store left out', ';']]],
  [
    'n += m;',
    [
      ['store left out', ';'],
      ['operator changed', 'n -= m;'],
    ],
  ],
  [
    'n++;',
    [
      ['store left out', ';'],
      ['operator changed', 'n--;'],
    ],
  ],
  [
    'if (a) { return; /* b */ }',
    [
      ['condition negated', 'if (!(a)) { return; /* b */ }'],
      ['way out left out', 'if (a) ;'],
    ],
  ],
  ['if (a) return; else return;', [['condition negated', 'if (!(a)) return; else return;']]],
  ['return -XEN_EIO;', [['error given as success', 'return 0;']]],
  ['int a[7]; char *b = "7 < 8";', []],
])('changes %s', async (body, changes) => {
  expect(await changesOf(body)).toEqual(changes);
});

it('changes nothing of directives and enumerators, but what they enclose', async () => {
  const text =
    '#define A 1\n#if A > 0\nenum { B = 2 };\nint c = 3;\n#endif\nstruct s { int d : 4; };\n';
  expect((await sitesOf(text)).map((site) => changed(text, site))).toEqual([
    text.replace('c = 3', 'c = 4'),
  ]);
});
