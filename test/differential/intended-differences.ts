import { ANSWERS } from './intended/answers.js';
import { HTTP } from './intended/http.js';
import type { IntendedDifference } from './intended/intended-difference.js';
import { LEGACY } from './intended/legacy.js';
import { REFUSALS } from './intended/refusals.js';
import { TOLERANCE } from './intended/tolerance.js';

/** The table: whatever is not in it must be alike, and whatever is in it must be seen. */
export const INTENDED_DIFFERENCES: readonly IntendedDifference[] = [
  ...ANSWERS,
  ...REFUSALS,
  ...TOLERANCE,
  ...LEGACY,
  ...HTTP,
];
