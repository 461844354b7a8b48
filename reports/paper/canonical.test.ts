import { describe, expect, it } from 'vitest';
import { canonicalPdf } from './canonical.ts';

/** A PDF of these objects, by their numbers, in this order. */
function pdfOf(objects: readonly [number, string][], root: number, id: string): Buffer {
  let text = '%PDF-1.7\n\n';
  const offsets = new Map<number, number>();
  for (const [number, body] of objects) {
    offsets.set(number, text.length);
    text += `${number} 0 obj\n${body}\nendobj\n\n`;
  }
  const size = objects.length + 1;
  const rows = Array.from({ length: objects.length }, (_, index) => {
    return `${String(offsets.get(index + 1)).padStart(10, '0')} 00000 n\r\n`;
  });
  const table = `xref\n0 ${size}\n0000000000 65535 f\r\n${rows.join('')}`;
  const trailer = `trailer\n<<\n  /Size ${size}\n  /Root ${root} 0 R\n  /ID [(${id}) (${id})]\n>>`;
  return Buffer.from(`${text}${table}${trailer}\nstartxref\n${text.length}\n%%EOF`, 'latin1');
}

const ONE_ID = 'AAAAAAAAAAAAAAAAAAAAAA==';
const ANOTHER_ID = 'BBBBBBBBBBBBBBBBBBBBBB==';

/** A page with two fonts, which stand in this order and have these numbers. */
function page(fonts: readonly [string, number][], id: string): Buffer {
  const named = fonts.map(([name, number]) => `      /${name} ${number} 0 R`).join('\n');
  const entries: [number, string][] = [
    [
      5,
      `<<\n  /Resources <<\n    /Font <<\n${named}\n    >>\n  >>\n  /Note (see 1 0 R \\) 2 0 R)\n>>`,
    ],
    ...fonts.map(([name, number]): [number, string] => [number, `<<\n  /BaseFont /${name}\n>>`]),
    [3, `<<\n  /Length 34\n>>\nstream\n${id} 4 0 R \xff\nendstream`],
    [4, '<<\n  /Pages [5 0 R]\n  /Metadata 3 0 R\n>>'],
  ];
  return pdfOf(entries, 4, id);
}

describe('canonicalPdf', () => {
  const first = canonicalPdf(
    page(
      [
        ['fo0', 1],
        ['fo1', 2],
      ],
      ONE_ID,
    ),
  );

  it('is the same bytes, whatever the order and the numbers of objects and the name of the file', () => {
    const again = page(
      [
        ['fo1', 1],
        ['fo0', 2],
      ],
      ANOTHER_ID,
    );
    expect(canonicalPdf(again).equals(first)).toBe(true);
    expect(canonicalPdf(first).equals(first)).toBe(true);
  });

  it('is another file where a font is another', () => {
    const other = canonicalPdf(
      page(
        [
          ['fo0', 1],
          ['fo2', 2],
        ],
        ONE_ID,
      ),
    ).toString('latin1');
    const idOf = (text: string) => /\/ID \[\((.{24})\)/.exec(text)?.[1];
    expect(idOf(other)).not.toBe(idOf(first.toString('latin1')));
  });

  it('changes references, and neither strings nor streams', () => {
    const text = first.toString('latin1');
    expect(text).toContain('/Root 1 0 R');
    expect(text).toContain('/Pages [2 0 R]\n  /Metadata 3 0 R');
    expect(text).toContain('/fo0 4 0 R\n      /fo1 5 0 R');
    expect(text).toContain('(see 1 0 R \\) 2 0 R)');
    expect(text).toMatch(/stream\n.{24} 4 0 R \xff\nendstream/);
  });

  it('lists each object where it stands', () => {
    const text = first.toString('latin1');
    const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    const rows = text.slice(start).match(/^\d{10} 00000 n/gm) ?? [];
    expect(rows).toHaveLength(5);
    rows.forEach((row, index) => {
      expect(text.slice(Number(row.slice(0, 10)))).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
    });
  });

  it('refuses a file whose objects it cannot find', () => {
    expect(() => canonicalPdf(Buffer.from('%PDF-1.7\nno table'))).toThrow('no plain table');
  });
});
