import { describe, expect, it } from 'vitest';
import { debianArchives, formatDeb822, parseDeb822, parseList } from './sources.ts';

describe('parseList', () => {
  it('reads entries with and without options', () => {
    const text = [
      '# deb http://off.example/debian bookworm main',
      'deb http://a.example/debian bookworm main contrib # a comment',
      'deb-src [signed-by=/k.gpg,/l.gpg arch=amd64 trusted=yes] http://b.example/debian bookworm main',
      'rpm http://c.example x y',
    ].join('\n');
    expect(parseList(text)).toEqual([
      {
        uris: ['http://a.example/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        options: {},
      },
      {
        uris: ['http://b.example/debian'],
        suites: ['bookworm'],
        components: ['main'],
        options: { 'Signed-By': '/k.gpg /l.gpg', Trusted: 'yes' },
      },
    ]);
  });

  it('reads a flat archive, which has no components', () => {
    expect(parseList('deb http://a.example/ ./')[0]?.components).toEqual([]);
  });
});

describe('parseDeb822', () => {
  it('reads stanzas, comments within them, lists over several lines and inline keys', () => {
    const text = [
      'Types: deb',
      '# a comment',
      'URIs: http://a.example/debian',
      '  http://b.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      'Signed-By:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' abc',
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://off.example/debian',
      'Suites: bookworm',
      'Components: main',
    ].join('\n');
    expect(parseDeb822(text)).toEqual([
      {
        uris: ['http://a.example/debian', 'http://b.example/debian'],
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main'],
        options: { 'Signed-By': '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc' },
      },
    ]);
  });
});

describe('debianArchives', () => {
  const KEYS = '/keys.gpg';
  const archives = (text: string) =>
    debianArchives(parseList(text), 'bookworm', KEYS).map(({ uris, suites }) => [
      ...uris,
      ...suites,
    ]);
  const DEBIANS_OWN = [
    ['http://deb.debian.org/debian', 'bookworm', 'bookworm-updates'],
    ['http://deb.debian.org/debian-security', 'bookworm-security'],
  ];

  it.each([
    ['Debian 12', 'bookworm', 'bookworm-security'],
    ['Debian 13', 'trixie', 'trixie-security'],
    ['testing by its codename', 'forky', 'forky-security'],
    ['testing by its name', 'testing', 'testing-security'],
    ['an older name of a pocket', 'oldstable', 'oldstable/updates'],
  ])('are the same on %s: those of its mirrors', (_what, suite, security) => {
    const text = `deb http://a.example/debian ${suite} main contrib
deb http://s.example/debian-security ${security} main`;
    expect(archives(text)).toEqual([
      ['http://a.example/debian', 'bookworm', 'bookworm-updates'],
      ['http://s.example/debian-security', 'bookworm-security'],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['Ubuntu', 'deb http://archive.ubuntu.com/ubuntu noble main universe'],
    ["another's packages", 'deb [signed-by=/x.gpg] http://x.example/debian bookworm main'],
    ["another's packages", 'deb http://x.example/chrome/deb stable main'],
    ["another's packages", 'deb http://x.example/linux/debian bookworm stable'],
    ["another's suite", 'deb http://x.example/debian nodistro main'],
  ])('are on its own servers for a machine that names %s', (_what, text) => {
    expect(archives(text)).toEqual(DEBIANS_OWN);
  });

  it("are trusted by the keys that the machine names for a mirror of them, else by Debian's", () => {
    const named = '/usr/share/keyrings/debian-archive-bookworm-stable.gpg';
    const text = `deb [signed-by=${named} check-date=no] http://a.example/debian trixie main`;
    const [main, security] = debianArchives(parseList(text), 'bookworm', KEYS);
    expect(main?.options).toEqual({ 'Signed-By': named, 'Check-Date': 'no' });
    expect(security?.options).toEqual({ 'Signed-By': KEYS });
  });
});

describe('formatDeb822', () => {
  it('asks for sources too, once, and can be read back', () => {
    const [source] = parseList('deb [signed-by=/k.gpg] http://a.example/debian bookworm main');
    if (source === undefined) throw new Error('not parsed');
    const text = formatDeb822([source, source]);
    expect(text).toBe(
      'Types: deb deb-src\nURIs: http://a.example/debian\nSuites: bookworm\nComponents: main\nSigned-By: /k.gpg\n',
    );
    expect(parseDeb822(text)).toEqual([source]);
  });
});
