/** Controls, line separators, invisible format characters and direction overrides, private and unassigned ones: nothing to read. */
const NOT_SHOWN = /\p{C}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\u2800/gu;
/** More than two marks on one letter make it run over its neighbours. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;
const DEFAULT_CHARACTERS = 80;

/**
 * Text that somebody else chose, fit for a page or a table: in one line, without characters that hide, reorder or cover other ones
 * (UTS 39), and cut at a length. An empty string where nothing is left.
 */
export function shownText(text: string, characters = DEFAULT_CHARACTERS): string {
  const clean = text
    .slice(0, characters * 16)
    .normalize('NFC')
    .replace(/[\t\r\n]/g, ' ')
    .replace(NOT_SHOWN, '')
    .replace(PILED_MARKS, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
  const letters = Array.from(clean);
  return letters.length > characters ? `${letters.slice(0, characters - 1).join('')}…` : clean;
}
