/**
 * The order of a report, the same in every format: a list of blocks that each renderer writes in its
 * own way.
 */
import { mainFigureOf } from '../model/answer/compose.ts';
import type { Fact, Figure, ReportModel, Section, Table } from '../model/types.ts';

/** A piece of a report. */
export type Block =
  | { kind: 'heading'; level: 1 | 2; text: string; id: string }
  | { kind: 'text'; text: string; role: 'plain' | 'question' | 'note' }
  | { kind: 'facts'; facts: readonly Fact[] }
  | { kind: 'list'; items: readonly string[] }
  /** `main`: it answers a question. `detail`: a paper has it in the appendix. */
  | { kind: 'table'; table: Table; rank: 'main' | 'plain' | 'detail' }
  | { kind: 'figure'; figure: Figure }
  | { kind: 'verbatim'; label: string; text: string };

function heading(text: string, id: string, level: 1 | 2 = 1): Block {
  return { kind: 'heading', level, text, id };
}

function paragraphs(texts: readonly string[]): Block[] {
  return texts.map((text) => ({ kind: 'text', text, role: 'plain' }));
}

/** Blocks under a heading; nothing at all when there are none. */
function under(title: string, id: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [heading(title, id), ...blocks];
}

function listed(facts: readonly Fact[]): Block[] {
  return facts.length === 0 ? [] : [{ kind: 'facts', facts }];
}

function table(of: Table, rank: 'main' | 'plain' | 'detail'): Block[] {
  return of.rows.length === 0 ? [] : [{ kind: 'table', table: of, rank }];
}

function sectionBlocks(
  { findings, overview, figures, highlights, tables }: Section,
  main: Figure | undefined,
): Block[] {
  return [
    ...paragraphs(findings),
    ...(overview === null ? [] : table(overview, 'main')),
    ...figures
      .filter((figure) => figure !== main)
      .map((figure): Block => ({ kind: 'figure', figure })),
    ...highlights.flatMap((one) => table(one, 'plain')),
    ...tables.flatMap((one) => table(one, 'detail')),
  ];
}

function sections(model: ReportModel): Block[] {
  const main = mainFigureOf(model);
  const [first, ...others] = [model, ...model.further];
  return [
    ...under(model.further.length === 0 ? 'Results' : first.title, `section-${first.id}`, [
      ...sectionBlocks(first, main),
    ]),
    ...others.flatMap((section) => {
      const blocks = sectionBlocks(section, main);
      const question: Block = { kind: 'text', text: section.question, role: 'question' };
      return under(
        section.title,
        `section-${section.id}`,
        blocks.length === 0 ? [] : [question, ...blocks],
      );
    }),
  ];
}

function evidence({ digests, refusals }: ReportModel): Block[] {
  const lines = refusals?.lines ?? [];
  return [
    ...(digests === null ? [] : table(digests.table, 'detail')),
    ...(refusals === null ? [] : table(refusals.table, 'detail')),
    ...(lines.length === 0
      ? []
      : [
          {
            kind: 'verbatim' as const,
            label: 'Xen’s console',
            text: lines.map(({ label, text }) => `${label}: ${text}`).join('\n'),
          },
        ]),
  ];
}

function artifact({ repeat }: ReportModel): Block[] {
  if (repeat === null) return [];
  return [
    ...repeat.steps.flatMap(({ command, expect }, index): Block[] => [
      { kind: 'verbatim', label: `Step ${index + 1}`, text: command },
      { kind: 'text', text: expect, role: 'plain' },
    ]),
    ...listed(repeat.facts),
    ...(repeat.images.length === 0
      ? []
      : [
          { kind: 'text' as const, text: 'Images, by SHA-256:', role: 'plain' as const },
          { kind: 'facts' as const, facts: repeat.images },
        ]),
  ];
}

/**
 * Everything after the title, the answer with its figure, the status and the notes, which each format has
 * its own way with.
 */
export function outlineOf(model: ReportModel): Block[] {
  return [
    ...under('Testbed', 'testbed', listed(model.facts)),
    ...under('Method', 'method', paragraphs(model.method)),
    ...(model.claims === null ? [] : under('Claims', 'claims-all', table(model.claims, 'plain'))),
    ...sections(model),
    ...under('Skipped', 'skipped', listed(model.skipped)),
    ...under(
      'Warnings',
      'warnings',
      model.warnings.length === 0 ? [] : [{ kind: 'list', items: model.warnings }],
    ),
    ...under('Threats to validity', 'threats', listed(model.threats)),
    ...under(
      'References',
      'references',
      listed(model.citations.map(({ id, text }) => ({ label: `[${id}]`, value: text }))),
    ),
    ...under('What the figures rest on', 'evidence', evidence(model)),
    ...under('Artifact: how to repeat it', 'artifact', artifact(model)),
  ];
}

/** The figures of a report, in their order. */
export function figuresIn(model: ReportModel): Figure[] {
  return [model, ...model.further].flatMap(({ figures }) => figures);
}
