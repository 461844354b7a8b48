/**
 * Parts of what an arm runs on: the phases of code-size.
 */

/** Parts of its code, in the order in which they are shown. */
export const CODE_PARTS = [
  'kernel',
  'library',
  'introspector',
  'xen-libraries',
  'c-library',
  'xen-headers',
  'other-headers',
  'kernel-builtin',
  'kernel-modules',
] as const;

/** One part of the code of an arm. */
export type CodePart = (typeof CODE_PARTS)[number];
