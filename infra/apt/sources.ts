/**
 * Reads the user's package sources, in both of apt's formats (sources.list(5)), and writes the private
 * list that the suite works with: the same archives, for binaries and for sources.
 */

/** One archive, as a stanza of the deb822 format has it. */
export interface AptSource {
  uris: string[];
  suites: string[];
  components: string[];
  /** Other fields that decide whether apt trusts or reaches the archive: `Signed-By`, `Trusted` … */
  options: Record<string, string>;
}

/** Names of options that are carried over, by their name in a one-line entry. */
const OPTIONS: Readonly<Record<string, string>> = {
  'signed-by': 'Signed-By',
  trusted: 'Trusted',
  'allow-insecure': 'Allow-Insecure',
  'allow-weak': 'Allow-Weak',
  'check-valid-until': 'Check-Valid-Until',
  'check-date': 'Check-Date',
  'by-hash': 'By-Hash',
};

/** Reads the one-line format (`*.list`); lines that are not entries are left out, as apt does. */
export function parseList(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*$/, '').trim();
    const match = /^deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(line);
    if (match === null) continue;
    const [, options = '', uri = '', suite = '', components = ''] = match;
    sources.push({
      uris: [uri],
      suites: [suite],
      components: words(components),
      options: listOptions(options),
    });
  }
  return sources;
}

function listOptions(text: string): Record<string, string> {
  const options: Record<string, string> = {};
  for (const word of words(text)) {
    const [name = '', ...value] = word.split('=');
    const field = OPTIONS[name.toLowerCase()];
    if (field !== undefined) options[field] = value.join('=').replaceAll(',', ' ');
  }
  return options;
}

/** Reads the deb822 format (`*.sources`); stanzas that are switched off are left out. */
export function parseDeb822(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const stanza of text.split(/\n[ \t]*\n/)) {
    const fields = stanzaFields(stanza);
    const enabled = (fields.get('enabled') ?? 'yes').toLowerCase();
    const types = words(fields.get('types') ?? '');
    if (['no', 'false', '0'].includes(enabled) || !types.some((type) => type.startsWith('deb'))) {
      continue;
    }
    const options: Record<string, string> = {};
    for (const [name, field] of Object.entries(OPTIONS)) {
      const value = fields.get(name);
      if (value !== undefined) options[field] = value;
    }
    sources.push({
      uris: words(fields.get('uris') ?? ''),
      suites: words(fields.get('suites') ?? ''),
      components: words(fields.get('components') ?? ''),
      options,
    });
  }
  return sources;
}

/** Fields by lower-case name; a value keeps its continuation lines (an inline key has many). */
function stanzaFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const match = /^([!-9;-~]+):\s*(.*)$/.exec(line);
    if (match !== null && !/^\s/.test(line)) {
      current = (match[1] ?? '').toLowerCase();
      fields.set(current, match[2] ?? '');
    } else if (current !== undefined) {
      fields.set(current, `${fields.get(current)}\n${line}`);
    }
  }
  return fields;
}

/** Suites under which an archive carries the stable release itself, its updates and its fixes. */
const RELEASES = ['stable', 'oldstable', 'oldoldstable'];
const POCKETS = ['', '-updates', '-security', '/updates', '-proposed-updates'];

/**
 * Keeps what can hold Debian's own packages of a release: component main of its suites.
 * @param codename the release's, as VERSION_CODENAME of os-release(5) has it.
 */
export function debianSources(sources: readonly AptSource[], codename: string): AptSource[] {
  const wanted = new Set(
    [codename, ...RELEASES].flatMap((release) => POCKETS.map((pocket) => release + pocket)),
  );
  return sources
    .filter(({ components }) => components.includes('main'))
    .map((source) => ({
      ...source,
      suites: source.suites.filter((suite) => wanted.has(suite)),
      components: ['main'],
    }))
    .filter(({ suites, uris }) => suites.length > 0 && uris.length > 0);
}

/** The same archives, of another release: its name stands for that of the one they were kept for. */
export function ofRelease(
  sources: readonly AptSource[],
  codename: string,
  other: string,
): AptSource[] {
  const names = [codename, ...RELEASES].sort((a, b) => b.length - a.length);
  const rename = (suite: string) => {
    const name = names.find((release) => suite.startsWith(release)) ?? '';
    return other + suite.slice(name.length);
  };
  return sources.map((source) => ({ ...source, suites: [...new Set(source.suites.map(rename))] }));
}

/** Writes sources in the deb822 format, each for binary and for source packages, none twice. */
export function formatDeb822(sources: readonly AptSource[]): string {
  const stanzas = sources.map((source) =>
    [
      'Types: deb deb-src',
      `URIs: ${source.uris.join(' ')}`,
      `Suites: ${source.suites.join(' ')}`,
      `Components: ${source.components.join(' ')}`,
      ...Object.entries(source.options).map(([name, value]) => `${name}: ${value}`),
      '',
    ].join('\n'),
  );
  return [...new Set(stanzas)].join('\n');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
