/**
 * Reads a counting rule of the user's, and says what is wrong with one.
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { CODE_PARTS } from '../../../bench/code-size/parts.ts';
import { CODE_SOURCES, type CountingRule, SUITE_RULE } from '../../../bench/code-size/rule.ts';
import { messageOf } from '../../../infra/errors.ts';
import { usage } from '../values.ts';

const GLOBS = { type: 'array', items: { type: 'string', minLength: 1 } };

const validate = new Ajv({ allErrors: true }).compile<CountingRule>({
  type: 'object',
  required: ['name', 'languages', 'parts'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1 },
    languages: { ...GLOBS, minItems: 1 },
    parts: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['part', 'arms', 'from', 'include', 'exclude', 'counts', 'why'],
        additionalProperties: false,
        properties: {
          part: { enum: CODE_PARTS },
          arms: { type: 'array', minItems: 1, items: { enum: ['dom0', 'minios'] } },
          from: { enum: CODE_SOURCES },
          include: { ...GLOBS, minItems: 1 },
          exclude: GLOBS,
          counts: { type: 'boolean' },
          why: { type: 'string', minLength: 1 },
        },
      },
    },
  },
});

/** A part of an arm that has two entries; undefined when every one has one. */
function partNamedTwice({ parts }: CountingRule): string | undefined {
  const names = parts.flatMap(({ part, arms }) => arms.map((arm) => `${part} of ${arm}`));
  return names.find((name, index) => names.indexOf(name) !== index);
}

/**
 * Checks a rule.
 * @param path where it was read, for the message
 * @throws UserError of kind `usage` that names each thing that is wrong
 */
export function checkRule(value: unknown, path: string): CountingRule {
  const advice = 'bench/code-size/rule.json is an example of one.';
  if (!validate(value)) {
    const reasons = (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const allowed = 'allowedValues' in params ? ` (${params.allowedValues.join(', ')})` : '';
      const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
      return `${instancePath === '' ? 'the rule' : instancePath} ${message}${allowed}${extra}`;
    });
    throw usage(`${path} is no counting rule: ${reasons.join('; ')}.`, advice);
  }
  const twice = partNamedTwice(value);
  if (twice !== undefined) throw usage(`${path} has two entries for ${twice}.`, advice);
  return value;
}

/** The rule of a file; that of the suite without one. @throws UserError of kind `usage` */
export function readRule(path: string | undefined): CountingRule {
  if (path === undefined) return SUITE_RULE;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw usage(
      `--counting-rule ${path} cannot be read: ${messageOf(error)}`,
      'Give a JSON file like bench/code-size/rule.json.',
    );
  }
  return checkRule(value, path);
}
