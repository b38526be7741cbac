import { configurationFile } from './configuration-file.js';
import { testGatehouse, type TestGatehouse, type TestOptions } from './gatehouse.js';

/** A Gatehouse with trusted issuers of a YAML file, and without an authorization server of its own unless it is told otherwise. */
export async function externalGatehouse(
  trustedIssuers: readonly object[],
  { variables = {}, ...options }: TestOptions = {},
): Promise<TestGatehouse> {
  const file = await configurationFile({ trustedIssuers });
  try {
    const gatehouse = await testGatehouse({
      ...options,
      variables: {
        AUTHORIZATION: 'external',
        GATEHOUSE_CONFIG_FILE: file.path,
        ISSUER_TIMEOUT_SECONDS: '1',
        ...variables,
      },
    });
    return gatehouse;
  } finally {
    // It is read once, at the start.
    await file.remove();
  }
}
