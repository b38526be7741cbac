import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { type Environment, validateEnvironment } from './environment.js';
import { GatehouseConfig, toGatehouseConfig } from './gatehouse-config.js';

/** Values that stand in for the environment, as tests and embedders set them. */
export type EnvironmentVariables = Readonly<Record<string, string>>;

@Module({})
export class ConfigModule {
  /** Reads the environment and `.env`, or only the variables that are given. */
  static forRoot(variables?: EnvironmentVariables): DynamicModule {
    let environment: Environment;
    let all: Readonly<Record<string, unknown>>;
    const gatehouse = registerAs('gatehouse', () => toGatehouseConfig(environment, all));
    return {
      module: ConfigModule,
      imports: [
        NestConfigModule.forRoot({
          ignoreEnvFile: variables !== undefined,
          skipProcessEnv: true,
          load: [gatehouse],
          validate: (found) => {
            all = variables ?? found;
            return (environment = validateEnvironment(all));
          },
        }),
      ],
      providers: [{ provide: GatehouseConfig, useExisting: gatehouse.KEY }],
      exports: [GatehouseConfig],
    };
  }
}
