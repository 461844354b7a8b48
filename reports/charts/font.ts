/**
 * The font of the charts. Without one, labels would be silently blank: a machine that draws
 * charts may have no fonts at all.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';
import { UserError } from '../../infra/errors.ts';

/** Family name of the font. */
export const FONT = 'DejaVu Sans';

const FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * Registers the font, and makes sure that it is there.
 * @throws UserError when it is not
 */
export function loadFont(): void {
  const home = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  for (const file of FILES) {
    const path = join(home, 'ttf', file);
    if (!existsSync(path) || GlobalFonts.registerFromPath(path, FONT) === null) {
      throw new UserError(`The font of the charts could not be loaded from ${path}.`, {
        advice: 'Install the npm packages anew: npm ci',
      });
    }
  }
  if (!GlobalFonts.has(FONT)) {
    throw new UserError(`The font ${FONT} is not registered: charts would have no labels.`, {
      advice: 'Install the npm packages anew: npm ci',
    });
  }
}
