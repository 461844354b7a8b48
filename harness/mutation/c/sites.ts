/**
 * Where a C file can be changed so that a test should notice, by its syntax tree: one change each, of the
 * kinds that reviews and mutation testing know (R. A. DeMillo, R. J. Lipton, F. G. Sayward, "Hints on test
 * data selection", Computer 11(4), 1978).
 */
import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** Kinds of change, as they are told. */
export const KINDS = [
  'condition negated',
  'bound moved by one',
  'operator changed',
  'constant changed',
  'call left out',
  'store left out',
  'way out left out',
  'error given as success',
] as const;

/** A kind of change. */
export type Kind = (typeof KINDS)[number];

/** One change of a text: from `start` to before `end`, in characters, stands `to`. */
export interface Site {
  kind: Kind;
  start: number;
  end: number;
  to: string;
}

const BOUNDS: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

const OPERATORS: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '/',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '++': '--',
  '--': '++',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '|=': '&=',
  '&=': '|=',
  '<<=': '>>=',
  '>>=': '<<=',
};

/** Of these the text is a name or a directive, or the size of a declaration, and no behaviour. */
const PASSED_OVER = new Set([
  'ERROR',
  'array_declarator',
  'bitfield_clause',
  'enumerator',
  'preproc_call',
  'preproc_def',
  'preproc_function_def',
  'preproc_include',
]);

const WAYS_OUT = new Set([
  'break_statement',
  'continue_statement',
  'goto_statement',
  'return_statement',
]);

const require = createRequire(import.meta.url);
let parser: Promise<Parser> | undefined;

async function makeParser(): Promise<Parser> {
  await Parser.init();
  const made = new Parser();
  made.setLanguage(await Language.load(require.resolve('tree-sitter-c/tree-sitter-c.wasm')));
  return made;
}

/** All places where a C text can be changed, in its order. */
export async function sitesOf(text: string): Promise<Site[]> {
  parser ??= makeParser();
  const tree = (await parser).parse(text);
  if (tree === null) throw new Error('A parser without a language.');
  try {
    return [...sitesBelow(tree.rootNode)];
  } finally {
    tree.delete();
  }
}

/** The text with one change made. */
export function changed(text: string, { start, end, to }: Omit<Site, 'kind'>): string {
  return text.slice(0, start) + to + text.slice(end);
}

function* sitesBelow(node: Node): Generator<Site> {
  if (PASSED_OVER.has(node.type)) return;
  yield* sitesAt(node);
  const directive = node.type === 'preproc_if' ? node.childForFieldName('condition') : null;
  for (const child of node.namedChildren) {
    if (child !== null && child.id !== directive?.id) yield* sitesBelow(child);
  }
}

function* sitesAt(node: Node): Generator<Site> {
  const condition = node.childForFieldName('condition');
  if (condition !== null && !node.type.startsWith('preproc_')) {
    const isWhole = condition.type === 'parenthesized_expression';
    const to = isWhole ? `(!${condition.text})` : `!(${condition.text})`;
    yield { kind: 'condition negated', ...placeOf(condition), to };
  }
  const operator = node.childForFieldName('operator');
  if (operator !== null) yield* operatorSites(node, operator);
  if (node.type === 'number_literal') yield* numberSites(node);
  if (node.type === 'true' || node.type === 'false') {
    const to = node.type === 'true' ? 'false' : 'true';
    yield { kind: 'constant changed', ...placeOf(node), to };
  }
  if (node.type === 'expression_statement') yield* statementSites(node);
  if (node.type === 'if_statement') yield* wayOutSites(node);
  if (node.type === 'return_statement') yield* returnSites(node);
}

function placeOf(node: Node): Pick<Site, 'start' | 'end'> {
  return { start: node.startIndex, end: node.endIndex };
}

function* operatorSites(node: Node, operator: Node): Generator<Site> {
  const isUnary = node.type === 'unary_expression' || node.type === 'pointer_expression';
  if (isUnary) return;
  const bound = BOUNDS[operator.type];
  const other = OPERATORS[operator.type];
  if (bound !== undefined) yield { kind: 'bound moved by one', ...placeOf(operator), to: bound };
  if (other !== undefined) yield { kind: 'operator changed', ...placeOf(operator), to: other };
}

function* numberSites(node: Node): Generator<Site> {
  const parts = /^(?<digits>0x[0-9a-f]+|0[0-7]*|[1-9]\d*)(?<suffix>[ul]*)$/i.exec(
    node.text,
  )?.groups;
  if (parts === undefined) return;
  const { digits = '', suffix = '' } = parts;
  const isOctal = /^0\d/.test(digits);
  const next = BigInt(isOctal ? `0o${digits}` : digits) + 1n;
  const text = /^0x/i.test(digits) ? `0x${next.toString(16)}` : next.toString();
  yield { kind: 'constant changed', ...placeOf(node), to: text + suffix };
}

function* statementSites(node: Node): Generator<Site> {
  let what = node.namedChild(0);
  while (what?.type === 'cast_expression') what = what.childForFieldName('value');
  if (what?.type === 'call_expression') {
    yield { kind: 'call left out', ...placeOf(node), to: ';' };
  } else if (what?.type === 'assignment_expression' || what?.type === 'update_expression') {
    yield { kind: 'store left out', ...placeOf(node), to: ';' };
  }
}

/** The condition is still computed, for what it does besides. */
function* wayOutSites(node: Node): Generator<Site> {
  const consequence = node.childForFieldName('consequence');
  if (consequence === null || node.childForFieldName('alternative') !== null) return;
  const last =
    consequence.type === 'compound_statement'
      ? consequence.namedChildren.findLast((child) => child !== null && child.type !== 'comment')
      : consequence;
  if (last && WAYS_OUT.has(last.type)) {
    yield { kind: 'way out left out', ...placeOf(consequence), to: ';' };
  }
}

function* returnSites(node: Node): Generator<Site> {
  const value = node.namedChild(0);
  const isError =
    value?.type === 'unary_expression' &&
    value.childForFieldName('operator')?.type === '-' &&
    value.childForFieldName('argument')?.type === 'identifier';
  if (isError) yield { kind: 'error given as success', ...placeOf(value), to: '0' };
}
