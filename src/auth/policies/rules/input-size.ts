/** How many values, and how many characters of text and names. */
export interface InputSize {
  readonly values: number;
  readonly characters: number;
}

/** What an expression of each cost may be given, so that it is done in some milliseconds. */
export const MAX_SIZE: Readonly<Record<number, InputSize>> = {
  1: { values: 10_000, characters: 262_144 },
  2: { values: 500, characters: 16_384 },
};

/** Counts no further than the largest size that is allowed. */
export function sizeOf(input: unknown): InputSize {
  const limit = MAX_SIZE[1] as InputSize;
  let values = 0;
  let characters = 0;
  const pending: unknown[] = [input];
  while (pending.length > 0 && values <= limit.values && characters <= limit.characters) {
    const value = pending.pop();
    values++;
    if (typeof value === 'string') characters += value.length;
    else if (Array.isArray(value)) {
      values += value.length;
      if (values <= limit.values) for (const element of value) pending.push(element);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        characters += name.length;
        pending.push(member);
      }
    }
  }
  return { values, characters };
}
