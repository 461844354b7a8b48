/**
 * Text for LaTeX.
 */

const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '[': '{[}',
  ']': '{]}',
  '×': '$\\times$',
  '−': '$-$',
  '–': '--',
  δ: '$\\delta$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '₁': '$_1$',
  µ: '\\textmu{}',
};

/** Text that LaTeX sets as it is, on one line: every sign with a meaning of its own is escaped. */
export function escapeLatex(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\{}$&#_%~^<>|"'`[\]×−–δ≤≥₁µ]/g, (sign) => SIGNS[sign] ?? sign);
}

/** Name of a file that every system and TeX take: of a figure's id, what is none of these is a dash. */
export function fileName(id: string): string {
  return id.replace(/[^A-Za-z0-9-]+/g, '-');
}
