import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_VARIABLES, validateEnvironment } from '../../src/config/environment.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('settings', () => {
  it('are the same in the schema, in docs/configuration.md and in .env.example', () => {
    const documented = [...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(
      ([, name]) => name,
    );
    const examples = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(new Set(documented)).toEqual(new Set(ENVIRONMENT_VARIABLES));
    expect(new Set(examples)).toEqual(new Set(ENVIRONMENT_VARIABLES));
  });

  it('have the defaults that .env.example shows', () => {
    const examples = Object.fromEntries(
      [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
        name as string,
        value,
      ]),
    );
    expect(validateEnvironment(examples)).toEqual(validateEnvironment({}));
  });
});
