import { fileURLToPath } from 'node:url';

const source = (file: string): string => fileURLToPath(new URL(`../../src/${file}`, import.meta.url));

/** What whoever installs the package imports by its name, from the source. */
export const OWN_PACKAGE = {
  alias: [
    { find: /^gatehouse$/, replacement: source('gatehouse.ts') },
    { find: /^gatehouse\/testing$/, replacement: source('testing.ts') },
  ],
};
