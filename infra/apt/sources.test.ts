import { describe, expect, it } from 'vitest';
import { debianSources, formatDeb822, ofRelease, parseDeb822, parseList } from './sources.ts';

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

describe('debianSources', () => {
  const source = (suites: string[], components: string[]) => ({
    uris: ['http://a.example'],
    suites,
    components,
    options: {},
  });

  it("keeps component main of the release's suites, and nothing of other archives", () => {
    const kept = debianSources(
      [
        source(['bookworm', 'bookworm-backports', 'trixie'], ['main', 'contrib']),
        source(['bookworm-security'], ['main']),
        source(['stable'], ['main']),
        source(['cloud-sdk-bookworm'], ['main']),
        source(['nodistro'], ['main']),
        source(['bookworm'], ['stable']),
      ],
      'bookworm',
    );
    expect(kept.map(({ suites, components }) => [suites, components])).toEqual([
      [['bookworm'], ['main']],
      [['bookworm-security'], ['main']],
      [['stable'], ['main']],
    ]);
  });
});

describe('ofRelease', () => {
  it('names the suites of another release, whichever way they were named, each once', () => {
    const [source] = parseList('deb [signed-by=/k.gpg] http://a.example/debian x main');
    if (source === undefined) throw new Error('not parsed');
    const suites = ['bookworm', 'bookworm-security', 'oldstable/updates', 'stable', 'oldstable'];
    expect(ofRelease([{ ...source, suites }], 'bookworm', 'trixie')).toEqual([
      { ...source, suites: ['trixie', 'trixie-security', 'trixie/updates'] },
    ]);
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
