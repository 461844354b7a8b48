import { expect, it } from 'vitest';
import { parsePrintedUris } from './uris.ts';

it('reads the lines of files among the conversation of apt-get', () => {
  const hash = 'f13956b67fb7a65707c2b0620d89b41ee5d203434dd7bb913017356791ee66c1';
  const text = [
    'Reading package lists...',
    'Need to get 4880 kB of source archives.',
    `'http://a.example/pool/x/xen_4.17.5%2b72-1.dsc' xen_4.17.5+72-1.dsc 4357 SHA256:${hash}`,
    "'http://a.example/pool/x/old.deb' old.deb 12 MD5Sum:0123",
  ].join('\n');
  expect(parsePrintedUris(text)).toEqual([
    {
      uri: 'http://a.example/pool/x/xen_4.17.5%2b72-1.dsc',
      name: 'xen_4.17.5+72-1.dsc',
      size: 4357,
      sha256: hash,
    },
  ]);
});
