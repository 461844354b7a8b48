/** Where what was found is kept between runs: a file for each room, which Stryker reads and writes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Excuse, Found } from './results.ts';
import { ROOM_NAMES, type Room } from './rooms.ts';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
/** All that is written while mutants are tried. */
export const FOLDER = join(ROOT, '.stryker');

/** Path of what was found in a room. */
export function foundFile(room: Room): string {
  return join(FOLDER, `${room.replaceAll('/', '-')}.json`);
}

/** What was found in rooms; one that was not tried yet is left out. */
export async function readFound(rooms: readonly Room[] = ROOM_NAMES): Promise<Map<Room, Found>> {
  const found = new Map<Room, Found>();
  for (const room of rooms) {
    const text = await readFile(foundFile(room), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) found.set(room, JSON.parse(text) as Found);
  }
  return found;
}

/** The mutants that are excused. */
export async function readExcuses(): Promise<Excuse[]> {
  const text = await readFile(new URL('excused.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Excuse[];
}
