const OLDEST = [22, 19] as const;

/** One line that says what to do, where this version of Node is too old for the program; nothing where it is not. */
export function nodeVersionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Node ${version} is too old; start with "npm start", which brings Node 24 along, or use Node ${OLDEST.join('.')} or newer`;
}
