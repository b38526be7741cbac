/** The environment as it came: where secrets are that the YAML file only names. */
export type Variables = Readonly<Record<string, unknown>>;

/** The secret in the environment variable of that name. Undefined where there is no name, or the variable is empty. */
export function namedSecret(name: string | undefined, variables: Variables): string | undefined {
  const secret = name === undefined ? undefined : variables[name];
  return typeof secret === 'string' && secret !== '' ? secret : undefined;
}
