/** Values as helm takes them on its command line. */
export const set = (...assignments: string[]): string[] =>
  assignments.flatMap((assignment) => ['--set', assignment]);
export const json = (...assignments: string[]): string[] =>
  assignments.flatMap((assignment) => ['--set-json', assignment]);
