/**
 * The report as a comment on a forge holds it: the answer, verdicts and main tables in fewer characters than a
 * limit that is kept by construction. What does not fit is left out whole or cut, and named at the end.
 */
import type { Fact, Figure, ReportModel, Section, Table } from '../model/types.ts';
import { escapeMarkdown, fenced, tableOf } from './markdown.ts';

/** Characters (UTF-16) that the text stays below. A comment on GitHub holds 65,536. */
export const SHORT_LIMIT = 20_000;

/** Room that is kept for the sentence about what was left out. */
const TAIL = 1_200;
/** Room that one list, and one table, takes at most: none keeps all others out. */
const MOST_OF_LIST = 2_500;
const MOST_OF_TABLE = 5_000;
/** Characters of a sentence, and of the cell of a table, at most. */
const MOST_OF_TEXT = 900;
const MOST_OF_CELL = 160;
const GAP = '\n\n';

/** A part of the text, in the order in which parts are read. */
interface Part {
  /** What is said to be missing when it is. */
  name: string;
  /** Parts of a lower rank get their room first. */
  rank: number;
  /** The part in at most so many characters; undefined: it cannot be said in so few. */
  within(room: number): { text: string; whole: boolean } | undefined;
}

/** Text cut to so many characters, with a sign that it was. */
function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not through the middle of a character of two.
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const prose = (text: string) => escapeMarkdown(clipped(text, MOST_OF_TEXT));

/** A part that is there whole or not at all. */
function fixed(name: string, rank: number, text: string): Part[] {
  if (text === '') return [];
  return [
    { name, rank, within: (room) => (text.length <= room ? { text, whole: true } : undefined) },
  ];
}

/** Items one after the other, as many of them as fit. */
function growing(
  name: string,
  rank: number,
  items: readonly string[],
  {
    before = '',
    most = MOST_OF_LIST,
    after = (shown) =>
      shown === items.length ? '' : `\n- … ${shown} of ${items.length}; all in report.md`,
  }: { before?: string; most?: number; after?: (shown: number) => string } = {},
): Part[] {
  if (items.length === 0) return [];
  const upTo = (count: number) =>
    [before, ...items.slice(0, count)].filter((text) => text !== '').join('\n') + after(count);
  return [
    {
      name,
      rank,
      within(room) {
        const limit = Math.min(room, most);
        // As many as fit without what follows them, then fewer until that fits too.
        let count = 0;
        for (let length = before.length; count < items.length; count++) {
          length += (items[count] as string).length + 1;
          if (length > limit + 1) break;
        }
        for (; count > 0; count--) {
          const text = upTo(count);
          if (text.length <= limit) return { text, whole: count === items.length };
        }
        return undefined;
      },
    },
  ];
}

function facts(name: string, rank: number, all: readonly Fact[]): Part[] {
  const items = all.map(
    ({ label, value }) => `- **${escapeMarkdown(clipped(label, MOST_OF_CELL))}**: ${prose(value)}`,
  );
  return growing(name, rank, items, { before: `**${name}**\n` });
}

/** A table with as many of its rows as fit. */
function tablePart(rank: number, level: string, table: Table): Part[] {
  const { title, caption, columns } = table;
  const cell = (text: string) => clipped(text, MOST_OF_CELL);
  const shortened = {
    ...table,
    columns: columns.map((column) => ({ ...column, label: cell(column.label) })),
    rows: table.rows.map((row) => row.map(cell)),
  };
  const [head = '', rule = '', ...rows] = tableOf(shortened).split('\n');
  const name = `table “${clipped(title, 60)}”`;
  return growing(name, rank, rows, {
    before: [`${level} ${escapeMarkdown(cell(title))}`, '', prose(caption), '', head, rule].join(
      '\n',
    ),
    most: MOST_OF_TABLE,
    after: (shown) =>
      shown === rows.length ? '' : `${GAP}*${shown} of ${rows.length} rows; all in report.md.*`,
  });
}

function sectionParts(section: Section, place: number): Part[] {
  const { title, findings, overview, highlights } = section;
  const tables = [...(overview === null ? [] : [overview]), ...highlights];
  if (tables.length === 0 && findings.length === 0) return [];
  const name = clipped(title, 60);
  return [
    ...fixed(`heading “${name}”`, 10 + place, `## ${escapeMarkdown(clipped(title, MOST_OF_CELL))}`),
    ...growing(`findings of “${name}”`, 10 + place, findings.map(prose)),
    ...tables.flatMap((table, index) => tablePart(20 + place + 50 * index, '###', table)),
  ];
}

function verdicts({ digests, refusals }: ReportModel): string[] {
  const rows = refusals?.table.rows ?? [];
  const refused = rows.filter((row) => row[2] === 'refused').length;
  return [
    ...(digests === null || digests.table.rows.length === 0
      ? []
      : [`- ${digests.agrees ? '✅' : '❌'} ${prose(digests.verdict)}`]),
    ...(rows.length === 0
      ? []
      : [
          `- ${refused === rows.length ? '✅' : '❌'} ${refused} of ${rows.length} requests beyond the introspectors’ rights were refused.`,
        ]),
  ];
}

function chartParts(figures: readonly Figure[], images: Readonly<Record<string, string>>): Part[] {
  const items = figures.flatMap(({ id, chart }) => {
    const image = images[id];
    return image === undefined
      ? []
      : [`- \`${image}\`: ${escapeMarkdown(clipped(chart.title, MOST_OF_CELL))}`];
  });
  return growing('names of charts', 200, items, {
    before: '**Charts** (a comment cannot hold them; they lie beside this file)\n',
  });
}

/** Everything, in the order in which it is read; what matters most has the lowest rank. */
function partsOf(model: ReportModel, images: Readonly<Record<string, string>>): Part[] {
  const { answer, status, reason, notes, claims, warnings, skipped, repeat } = model;
  const sections = [model, ...model.further];
  const told = answer.answer === '' ? '' : `**${prose(answer.answer)}**`;
  return [
    ...fixed('title', 0, `# ${escapeMarkdown(clipped(model.title, MOST_OF_CELL))}`),
    ...fixed('question', 3, prose(answer.question)),
    ...fixed('answer', 1, told),
    ...fixed('what the answer does not say', 2, prose(answer.caveat)),
    ...fixed(
      'status',
      1,
      `**Status: ${prose(status)}**${reason === null ? '' : `. ${prose(reason)}`}`,
    ),
    ...growing('checks', 4, verdicts(model)),
    ...growing(
      'warnings',
      5,
      warnings.map((text) => `- ⚠️ ${prose(text)}`),
    ),
    ...(claims === null ? [] : tablePart(8, '##', claims)),
    ...sections.flatMap(sectionParts),
    ...facts('Testbed', 6, model.facts),
    ...facts('Skipped', 9, skipped),
    ...growing(
      'notes',
      7,
      notes
        .filter((text) => !answer.caveat.includes(text))
        .map(
          (text) => `> ${prose(text)}
`,
        ),
    ),
    ...chartParts(
      sections.flatMap(({ figures }) => figures),
      images,
    ),
    ...(repeat === null
      ? []
      : fixed('command that repeats it', 201, `Repeat it:\n\n${fenced(repeat.command)}`)),
  ];
}

/** Where the rest is, and what of this text was left out: at most TAIL characters. */
function tailOf(missing: readonly string[]): string {
  const whole =
    'The whole report is `report.md`, beside this file; `report.html` and `paper.pdf` say the same where they were asked for.';
  if (missing.length === 0) return whole;
  const said = `${whole}${GAP}Left out or cut here, to stay below ${SHORT_LIMIT} characters: `;
  const all = missing.join(', ');
  const room = TAIL - said.length - 2;
  // Escaping makes a name up to five times as long.
  let names = escapeMarkdown(all);
  for (let most = room; names.length > room; most--) names = escapeMarkdown(clipped(all, most));
  return `${said}${names}.`;
}

/** The short report. `images` gives the file of each chart that was drawn by its id. */
export function renderShort(model: ReportModel, images: Readonly<Record<string, string>>): string {
  const parts = partsOf(model, images);
  let room = SHORT_LIMIT - 1 - TAIL - GAP.length;
  const said = new Map<Part, string>();
  const missing: string[] = [];
  for (const part of [...parts].sort((a, b) => a.rank - b.rank)) {
    const found = part.within(room - GAP.length);
    if (found !== undefined) {
      said.set(part, found.text);
      room -= found.text.length + GAP.length;
    }
    if (found?.whole !== true) missing.push(part.name);
  }
  const texts = parts.flatMap((part) => said.get(part) ?? []);
  return `${[...texts, tailOf(missing)].join(GAP)}\n`;
}
