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

/** Names under which Debian's archives carry their releases, and the pockets of each. */
const RELEASES = [
  ...['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable', 'sid'],
  ...['bullseye', 'bookworm', 'trixie', 'forky', 'duke'],
];
const POCKETS = ['', '-updates', '-proposed-updates', '-security', '/updates'];
const SUITES = new Set(RELEASES.flatMap((release) => POCKETS.map((pocket) => release + pocket)));

/** Addresses of Debian's archives, and of mirrors, snapshots and lists of mirrors, which keep the path. */
const DEBIANS = /\bdebian\.org\b|\/debian(-security)?(\/\d{8}T\d{6}Z|\.list)?\/?$/;
const SECURITY = /-security$|\/updates$/;

/** Where Debian's packages are when this machine names no mirror. */
const DEFAULT = {
  main: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
} as const;

/**
 * The archives of one release of Debian, whatever this machine runs: on the mirrors that it names for any
 * release of Debian, else on Debian's own.
 * @param sources the machine's
 * @param release by its codename
 * @param keyring what signs them, where the machine's source does not say
 */
export function debianArchives(
  sources: readonly AptSource[],
  release: string,
  keyring: string,
): AptSource[] {
  const mirrors = sources.filter(isDebians);
  const of = (kind: keyof typeof DEFAULT, suites: string[]): AptSource[] => {
    const named = mirrors.filter((source) => isSecurity(source) === (kind === 'security'));
    const used: Pick<AptSource, 'uris' | 'options'>[] =
      named.length > 0 ? named : [{ uris: [DEFAULT[kind]], options: {} }];
    return used.map(({ uris, options }) => ({
      uris,
      suites,
      components: ['main'],
      options: { ...options, 'Signed-By': options['Signed-By'] ?? keyring },
    }));
  };
  return [
    ...of('main', [release, `${release}-updates`]),
    ...of('security', [`${release}-security`]),
  ];
}

/** Whether a source is of Debian's own packages: others use the names of its suites too. */
function isDebians({ uris, suites, components, options }: AptSource): boolean {
  const key = options['Signed-By'];
  return (
    components.includes('main') &&
    suites.some((suite) => SUITES.has(suite)) &&
    uris.some((uri) => DEBIANS.test(uri)) &&
    (key === undefined || key.includes('debian-archive') || key.startsWith('\n'))
  );
}

function isSecurity({ suites }: AptSource): boolean {
  return suites.every((suite) => SECURITY.test(suite));
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
