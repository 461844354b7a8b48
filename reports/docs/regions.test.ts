import { describe, expect, it } from 'vitest';
import { fillRegions, markdownTable } from './regions.ts';

const DOCUMENT =
  'Before.\n<!-- made: a -->\nold\n<!-- /made -->\nBetween $&.\n<!-- made: b -->\n<!-- /made -->\n';

describe('fillRegions', () => {
  it('writes its parts anew and leaves the rest', () => {
    const filled = fillRegions(DOCUMENT, { a: "1 $& $'", b: '2\n' });
    expect(filled).toBe(
      "Before.\n<!-- made: a -->\n1 $& $'\n<!-- /made -->\nBetween $&.\n<!-- made: b -->\n2\n<!-- /made -->\n",
    );
    expect(fillRegions(filled, { a: "1 $& $'", b: '2\n' })).toBe(filled);
  });

  it.each([
    [DOCUMENT, { a: '1' }, 'asks for b'],
    [DOCUMENT, { a: '1', b: '2', c: '3' }, 'no place for c'],
    ['<!-- made: a -->\nold', {}, 'without its other one'],
    ['old\n<!-- /made -->', {}, 'without its other one'],
    ['<!-- made: a -->\n<!-- made: b -->\n<!-- /made -->', { a: '' }, 'without its other one'],
  ])('refuses %j with %o', (text, parts, message) => {
    expect(() => fillRegions(text, parts)).toThrow(message);
  });
});

it('a table has a line for its columns, and bars in cells do not end them', () => {
  const columns = [
    { label: 'what', align: 'left' as const },
    { label: 'n', align: 'right' as const },
  ];
  expect(markdownTable(columns, [['a|b', '1']])).toBe('| what | n |\n|---|--:|\n| a\\|b | 1 |');
});
