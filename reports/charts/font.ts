/**
 * The font of the charts, as files.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../infra/errors.ts';

/** Family name of the font. */
export const FONT = 'DejaVu Sans';

const FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/** The error that a font is which is not there. */
export function missing(path: string): UserError {
  return new UserError(`The font of the charts could not be loaded from ${path}.`, {
    advice: 'Install the npm packages anew: npm ci',
  });
}

/** The folder of the npm package's fonts. @throws UserError when it is not installed */
function home(): string {
  const name = 'dejavu-fonts-ttf/package.json';
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), 'ttf');
  } catch {
    throw missing(name);
  }
}

/**
 * The font's files, as the paper embeds them.
 * @throws UserError when one is missing
 */
export function readFonts(folder = home()): Buffer[] {
  return FILES.map((file) => {
    const path = join(folder, file);
    try {
      return readFileSync(path);
    } catch {
      throw missing(path);
    }
  });
}
