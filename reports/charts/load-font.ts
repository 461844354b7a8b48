/**
 * Gives the charts' font to the library that draws them. Without one, labels would be silently blank: a
 * machine that draws charts may have no fonts at all.
 */
import { GlobalFonts } from '@napi-rs/canvas';
import { FONT, missing, readFonts } from './font.ts';

let loaded = false;

/**
 * Registers the font, and makes sure that it is there.
 * @throws UserError when it is not
 */
export function loadFont(): void {
  if (loaded) return;
  for (const [index, bytes] of readFonts().entries()) {
    if (GlobalFonts.register(bytes, FONT) === null) throw missing(`file ${index + 1} of ${FONT}`);
  }
  if (!GlobalFonts.has(FONT)) throw missing(FONT);
  loaded = true;
}
