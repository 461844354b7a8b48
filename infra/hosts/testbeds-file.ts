/**
 * testbeds.yaml: hosts by name. docs/real-hosts.md explains it to people, testbeds.schema.json to
 * programs; every complaint names the line.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { UserError } from '../errors.ts';
import type { ClockMode } from '../testbed.ts';
import type { Labels } from '../xl/config.ts';
import type { PolicyFiles } from './policy.ts';
import { DEFAULTS, type HostSettings, parseAddress } from './settings.ts';

/** One entry, as it is written. */
interface Written {
  address: string;
  identity?: string;
  jump?: string;
  'ssh-config'?: string;
  folder?: string;
  clock?: ClockMode;
  limits?: { 'memory-mib'?: number; domains?: number };
  labels?: Partial<Labels>;
  policy?: PolicyFiles;
}

const SCHEMA = new URL('testbeds.schema.json', import.meta.url);
const validate = new Ajv({ allErrors: true, verbose: true }).compile<{
  testbeds: Record<string, Written>;
}>(JSON.parse(readFileSync(SCHEMA, 'utf8')));

/**
 * Reads the file.
 * @returns the hosts by name
 * @throws UserError naming the file and the line of everything that is wrong
 */
export async function readTestbeds(path: string): Promise<Map<string, HostSettings>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${path} cannot be read`, {
      kind: 'usage',
      advice: 'docs/real-hosts.md shows such a file; --testbeds says where yours is',
      cause,
    });
  });
  return parseTestbeds(text, path);
}

/** The same of a text; `path` is for messages, and relative paths in it start from its folder. */
export function parseTestbeds(text: string, path: string): Map<string, HostSettings> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${path}:${lines.linePos(offset).line}`;
  const [broken] = document.errors;
  if (broken !== undefined) throw wrong([`${at(broken.pos[0])}: ${broken.message}`]);
  const value: unknown = document.toJS();
  if (!validate(value)) {
    // The form of a name is told of once, by the error about the name.
    const own = (validate.errors ?? []).filter(({ propertyName }) => propertyName === undefined);
    const complaints = own.map((error) => {
      const place = placeOfError(error);
      return `${at(offsetOf(document, place))}: ${place.join('.') || 'the file'} ${meaningOf(error)}`;
    });
    throw wrong([...new Set(complaints)]);
  }
  return new Map(
    Object.entries(value.testbeds).map(([name, written]) => {
      const place = ['testbeds', name, 'address'];
      return [name, settingsOf(name, written, path, () => at(offsetOf(document, place)))];
    }),
  );
}

function wrong(complaints: string[]): UserError {
  return new UserError(complaints.join('\n'), {
    kind: 'usage',
    advice: 'docs/real-hosts.md says what the file may hold',
  });
}

/** Keys that lead to what an error is about; of a key that may not be there, to the key. */
function placeOfError({ instancePath, params }: ErrorObject): string[] {
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const extra = params.additionalProperty ?? params.propertyName;
  return extra === undefined ? keys : [...keys, String(extra)];
}

function meaningOf({ keyword, message, params, parentSchema }: ErrorObject): string {
  if (keyword === 'additionalProperties') return 'is not known here';
  if (keyword === 'propertyNames') return NO_NAME;
  // What a value has to look like stands in the schema, in words.
  if (keyword === 'pattern') return `must be ${parentSchema?.description ?? 'of another form'}`;
  if (keyword === 'required') return `lacks "${params.missingProperty}"`;
  if (keyword === 'enum') return `must be one of ${params.allowedValues.join(', ')}`;
  return message ?? keyword;
}

const NO_NAME =
  'cannot be a name: letters, digits, . _ -, and neither emulated nor local, which are known without this file';

/** Where the innermost key of a path stands that the document has. */
function offsetOf(document: Document, keys: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of keys) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (pair === undefined) break;
    if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}

function settingsOf(
  name: string,
  written: Written,
  path: string,
  where: () => string,
): HostSettings {
  const file = (text: string) => resolve(dirname(path), text.replace(/^~(?=\/)/, homedir()));
  const reach = addressOf(written.address, where);
  const { identity, jump, 'ssh-config': config, limits } = written;
  if (reach.kind === 'local' && [identity, jump, config].some((value) => value !== undefined)) {
    throw wrong([
      `${where()}: testbeds.${name} is local: identity, jump and ssh-config are of ssh`,
    ]);
  }
  return {
    name,
    reach:
      reach.kind === 'local'
        ? reach
        : {
            ...reach,
            ...(identity === undefined ? {} : { identity: file(identity) }),
            ...(jump === undefined ? {} : { jump }),
            ...(config === undefined ? {} : { config: file(config) }),
          },
    folder: written.folder ?? DEFAULTS.folder,
    clock: written.clock ?? DEFAULTS.clock,
    limits: {
      memoryMiB: limits?.['memory-mib'] ?? DEFAULTS.limits.memoryMiB,
      domains: limits?.domains ?? DEFAULTS.limits.domains,
    },
    labels: written.labels ?? DEFAULTS.labels,
    ...(written.policy === undefined ? {} : { policy: written.policy }),
  };
}

function addressOf(text: string, where: () => string) {
  try {
    const reach = parseAddress(text);
    if (reach !== undefined) return reach;
  } catch (error) {
    if (error instanceof UserError) throw wrong([`${where()}: ${error.message}`]);
    throw error;
  }
  throw wrong([`${where()}: ${text} is no address`]);
}
