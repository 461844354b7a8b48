/**
 * Parts of a document that a program writes, between marks that a reader of the rendered page does not see:
 * `<!-- made: name -->` and `<!-- /made -->`.
 */

const REGION = /<!-- made: (?<name>[a-z0-9-]+) -->\n(?<old>[\s\S]*?)<!-- \/made -->/g;
const MARK = /<!-- \/?made\b/g;

/**
 * The document with its parts written anew; everything else stays as it is.
 * @throws Error for a mark without its other one, and for a part that only one side knows
 */
export function fillRegions(text: string, parts: Readonly<Record<string, string>>): string {
  const found: string[] = [];
  const filled = text.replace(REGION, (_whole, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`The document asks for ${name}, which nothing makes.`);
    found.push(name);
    return `<!-- made: ${name} -->\n${part.trimEnd()}\n<!-- /made -->`;
  });
  if ([...text.matchAll(MARK)].length !== 2 * found.length) {
    throw new Error('The document has a mark without its other one.');
  }
  const missing = Object.keys(parts).filter((name) => !found.includes(name));
  if (missing.length > 0) throw new Error(`The document has no place for ${missing.join(', ')}.`);
  return filled;
}

/** A table in Markdown. Cells are Markdown already; a bar in one does not end it. */
export function markdownTable(
  columns: readonly { label: string; align: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(columns.map(({ label }) => label)),
    `|${columns.map(({ align }) => (align === 'right' ? '--:' : '---')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}
