/**
 * A PDF whose objects stand in the order in which they are referred to, so that the same document is the
 * same bytes: the typesetter numbers fonts of drawings in the order of a hash table, which is another in
 * each process, and names the file by a hash of that. ISO 32000-1, 7.3.10 (indirect objects), 7.5.4
 * (cross-reference table), 14.4 (file identifiers).
 */
import { createHash } from 'node:crypto';

/** An object: its dictionary or value as text, and the bytes of its stream, if it has one. */
interface PdfObject {
  head: string;
  stream: Buffer;
}

const XREF_ENTRY = /^(\d{10}) \d{5} n/;

/** Text with each reference changed; what stands in strings is left alone. */
function withReferences(text: string, change: (number: number) => number): string {
  let [out, depth, at] = ['', 0, 0];
  const token = /\\.|[()]|\b(\d+) 0 R\b/gs;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '(') depth++;
    else if (found[0] === ')') depth--;
    else if (found[1] !== undefined && depth === 0) {
      out += `${text.slice(at, found.index)}${change(Number(found[1]))} 0 R`;
      at = token.lastIndex;
    }
  }
  return out + text.slice(at);
}

/** Names of resources in their order: a dictionary has none of its own. */
function withSortedNames(head: string): string {
  return head.replace(/<<\n((?:\s+\/\S+ \d+ 0 R\n){2,})/g, (_all, lines: string) => {
    const entries = lines.trimEnd().split('\n').sort();
    return `<<\n${entries.join('\n')}\n`;
  });
}

/** The objects of a file by their numbers, and its trailer. @throws Error for a file of another kind */
function read(pdf: Buffer): { objects: Map<number, PdfObject>; header: Buffer; trailer: string } {
  const text = pdf.toString('latin1');
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? Number.NaN);
  const table = /^xref\n0 (\d+)\n/.exec(text.slice(start, start + 40));
  const trailer = /\ntrailer\n([\s\S]*?)\nstartxref/.exec(text.slice(start))?.[1];
  if (table === null || trailer === undefined)
    throw new Error('the PDF has no plain table of objects');
  const first = start + table[0].length;
  const offsets = Array.from({ length: Number(table[1]) }, (_, number) => {
    const entry = XREF_ENTRY.exec(text.slice(first + 20 * number, first + 20 * (number + 1)));
    return entry === null ? undefined : Number(entry[1]);
  });
  const ends = offsets.filter((offset) => offset !== undefined).sort((a, b) => a - b);
  const objects = new Map<number, PdfObject>();
  offsets.forEach((offset, number) => {
    if (offset === undefined) return;
    const end = ends.find((other) => other > offset) ?? start;
    const begin = `${number} 0 obj\n`;
    const body = text.slice(offset + begin.length, text.lastIndexOf('\nendobj', end));
    if (!text.startsWith(begin, offset)) throw new Error(`the PDF has no object ${number}`);
    const cut = body.search(/\nstream\r?\n/);
    const head = withSortedNames(cut < 0 ? body : body.slice(0, cut));
    objects.set(number, { head, stream: Buffer.from(cut < 0 ? '' : body.slice(cut), 'latin1') });
  });
  return { objects, header: pdf.subarray(0, ends[0] ?? start), trailer: withSortedNames(trailer) };
}

/** Numbers by the order in which objects are referred to, from the trailer on. */
function renumbered(trailer: string, objects: ReadonlyMap<number, PdfObject>): Map<number, number> {
  const order = new Map<number, number>();
  const waiting: string[] = [trailer];
  const meet = (number: number): number => {
    const object = objects.get(number);
    if (object !== undefined && !order.has(number)) {
      order.set(number, order.size + 1);
      waiting.push(object.head);
    }
    return number;
  };
  for (let head = waiting.shift(); head !== undefined; head = waiting.shift()) {
    withReferences(head, meet);
  }
  return order;
}

/** The identifiers of a file, each of which stands in its trailer and in its metadata. */
function identifiersOf(trailer: string): string[] {
  const [, first, second] = /\/ID \[\(([^)]+)\) \(([^)]+)\)\]/.exec(trailer) ?? [];
  return [...new Set([first, second])].filter((id) => id !== undefined);
}

/** The file named by what it holds, its name left out. */
function renamed(pdf: Buffer, identifiers: readonly string[]): Buffer {
  const replaced = (text: string, name: (id: string) => string) =>
    identifiers.reduce((all, id) => all.replaceAll(id, name(id)), text);
  const text = pdf.toString('latin1');
  const nameless = replaced(text, (id) => '0'.repeat(id.length));
  const hash = createHash('sha256').update(nameless, 'latin1').digest('base64');
  return Buffer.from(
    replaced(text, (id) => hash.slice(0, id.length).padEnd(id.length, '0')),
    'latin1',
  );
}

/**
 * The same document with its objects in order; those that nothing refers to are left out.
 * @throws Error for a file whose objects are not listed in a plain table
 */
export function canonicalPdf(pdf: Buffer): Buffer {
  const { objects, header, trailer } = read(pdf);
  const order = renumbered(trailer, objects);
  const numberOf = (old: number) => order.get(old) ?? 0;
  const parts: Buffer[] = [header];
  const offsets: number[] = [];
  let length = header.length;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  for (const [old, number] of order) {
    const { head, stream } = objects.get(old) as PdfObject;
    offsets.push(length);
    add(Buffer.from(`${number} 0 obj\n${withReferences(head, numberOf)}`, 'latin1'));
    add(stream);
    add(Buffer.from('\nendobj\n\n', 'latin1'));
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n\r\n`);
  const size = order.size + 1;
  const tail = withReferences(trailer, numberOf).replace(/\/Size \d+/, `/Size ${size}`);
  const table = `xref\n0 ${size}\n0000000000 65535 f\r\n${rows.join('')}`;
  add(Buffer.from(`${table}trailer\n${tail}\nstartxref\n${length}\n%%EOF`, 'latin1'));
  return renamed(Buffer.concat(parts), identifiersOf(trailer));
}
