import type { Provider } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import type { PolicySpec } from '../auth/policies/policy-spec.js';
import type { Capabilities } from '../roles/mcp.role.js';

export interface TestGatehouseOptions {
  /** Modules whose providers carry MCP decorators, as `startGatehouse` takes them. */
  readonly capabilities?: Capabilities;
  /** The same by its Nest name. Both may be given. */
  readonly imports?: Capabilities;
  /** Providers that need no module of their own: tools, and stand-ins for what they inject. */
  readonly providers?: readonly Provider[];
  /** As `startGatehouse` takes them: see docs/policies.md. */
  readonly scopePolicies?: readonly PolicySpec[];
  /** Settings by their names in docs/configuration.md. Nothing is read from the environment or from `.env`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What stands in the YAML file, such as `scopeHierarchy` and `clients`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /**
   * Replaces providers, guards, pipes, interceptors, filters or modules of the MCP server, as in any Nest test:
   * `(testing) => testing.overrideProvider(Orders).useValue(orders)`. Needs the package `@nestjs/testing`.
   */
  readonly override?: (testing: TestingModuleBuilder) => TestingModuleBuilder;
  /** The least severe lines that `log` keeps; `debug` where left out. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
}
