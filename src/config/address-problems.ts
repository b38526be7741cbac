import type { Environment } from './environment.js';
import { publicUrlProblem } from './public-url.js';

/** What is wrong with the addresses by which this deployment is known, outside and inside. */
export function addressProblems(environment: Environment): string[] {
  const problem = publicUrlProblem(environment.PUBLIC_URL);
  return [
    ...(problem === undefined ? [] : [`PUBLIC_URL: ${problem}`]),
    ...(['AUTHORIZATION_SERVER_URL', 'MCP_SERVER_URL'] as const).flatMap((setting) =>
      isOrigin(environment[setting])
        ? []
        : [
            `${setting}: must be an origin such as http://gatehouse-mcp:3004, without path, query or credentials; got ${environment[setting]}`,
          ],
    ),
  ];
}

function isOrigin(value: string): boolean {
  const { pathname, search, hash, username, password } = new URL(value);
  return pathname === '/' && !search && !hash && !username && !password;
}
