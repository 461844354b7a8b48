/** What is mutated: the modules that undo, own, lock, verify and decide, by the folders that they are in. */
export const ROOMS = {
  'infra/hosts': [
    'account.ts',
    'clean.ts',
    'folder.ts',
    'journal.ts',
    'limits.ts',
    'lock.ts',
    'policy.ts',
    'undo.ts',
  ],
  'infra/cache': ['cache.ts', 'contents.ts', 'lock.ts'],
  'infra/files': ['make-folder.ts', 'write-output.ts'],
  'infra/emulated': [
    'admission.ts',
    'keys.ts',
    'runs.ts',
    'snapshot/store.ts',
    'ssh-configuration.ts',
  ],
  'infra/xl': ['control.ts', 'guest.ts', 'list.ts', 'present.ts'],
  'infra/queue': ['archive.ts', 'jobs.ts', 'parcel.ts'],
  'harness/run': [
    'denials.ts',
    'events/verify.ts',
    'locate.ts',
    'page-walk/verify.ts',
    'privilege.ts',
    'refusals.ts',
    'scope.ts',
  ],
  'harness/compare': ['verdict.ts', 'worst.ts'],
  'harness/gate': ['gate.ts'],
  'results/store': ['files.ts', 'partial.ts'],
} as const satisfies Record<string, readonly string[]>;

/** Environment variable that names the room whose tests are run. */
export const ROOM_VARIABLE = 'TINYVMI_MUTATED_ROOM';

/** One of them. */
export type Room = keyof typeof ROOMS;

/** Their names, in the order of the table. */
export const ROOM_NAMES = Object.keys(ROOMS) as Room[];

/** Paths of a room's files, from the repository's root. */
export function filesOf(room: Room): string[] {
  return ROOMS[room].map((file) => `${room}/${file}`);
}

/** The rooms that have a file: one, or none. */
export function roomsOf(file: string): Room[] {
  return ROOM_NAMES.filter((room) => filesOf(room).includes(file));
}
