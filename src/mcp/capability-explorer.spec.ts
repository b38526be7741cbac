import {
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Provider,
  Scope,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { IsInt, Min } from 'class-validator';
import { map } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gateOf, PRESENTATION, requestContext, verifiedToken } from '../../test/support/engine.js';
import { RequireScope, RequireToken } from '../auth/require-scope.decorator.js';
import { createLogger, Logger } from '../logging/logger.js';
import { CapabilityExplorer } from './capability-explorer.js';
import { CapabilityRegistry } from './capability-registry.js';
import { ChangeNotifier } from './change-notifier.js';
import { McpMethod } from './decorators/mcp-method.decorator.js';
import { Prompt } from './decorators/prompt.decorator.js';
import { Resource } from './decorators/resource.decorator.js';
import { ResourceTemplate } from './decorators/resource-template.decorator.js';
import { Tool } from './decorators/tool.decorator.js';
import { HandlerFactory } from './handler-factory.js';
import type { McpContext } from './mcp-context.js';
import { ToolsMethods } from './methods/tools.methods.js';
import { PolicyGate } from './policy-gate.js';
import { Presentation } from './presentation.js';
import { Visibility } from './visibility/visibility.js';

const ANY = z.object({}).loose();
const CONTEXT = requestContext({ token: verifiedToken({ scopes: ['mcp:*'] }) });

let app: TestingModule | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** Boots a real Nest application that offers what the providers declare. */
async function boot(...providers: Provider[]): Promise<CapabilityRegistry> {
  app = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [CapabilityRegistry, ChangeNotifier, CapabilityExplorer, HandlerFactory, ...providers],
  }).compile();
  await app.init();
  return app.get(CapabilityRegistry);
}

/** Calls a tool as `tools/call` does. */
async function callTool(provider: Provider, name: string, args: object = {}) {
  const log: string[] = [];
  const logger = createLogger('error', { write: (line: string) => void log.push(line) });
  await boot(
    provider,
    Greeter,
    ToolsMethods,
    Visibility,
    { provide: PolicyGate, useValue: gateOf() },
    { provide: Presentation, useValue: PRESENTATION },
    { provide: Logger, useValue: logger },
  );
  const result = await (app as TestingModule).get(ToolsMethods).call({ name, arguments: args }, CONTEXT);
  const [content] = result.content;
  return { ...result, text: content?.type === 'text' ? content.text : undefined, log: log.join('') };
}

@Injectable()
class Greeter {
  greet(name: string): string {
    return `Hello ${name}`;
  }
}

@Injectable()
class InjectedTool {
  constructor(private readonly greeter: Greeter) {}

  @Tool({ name: 'greet', description: 'Greets', input: z.object({ name: z.string() }) })
  greet({ name }: { name: string }, { token }: McpContext): string {
    return `${this.greeter.greet(name)} from ${token.subject}`;
  }
}

class Numbers {
  @IsInt()
  @Min(1)
  n!: number;
}

@Injectable()
class PipedTool {
  @Tool({ name: 'double', description: 'Doubles', input: ANY })
  @UsePipes(new ValidationPipe({ transform: true }))
  double(numbers: Numbers, context: McpContext): string {
    return `${numbers instanceof Numbers} ${numbers.n * 2} ${context.requestId}`;
  }
}

@Injectable()
class OnlyUserTwo implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return (
      context.getType<string>() === 'mcp' && context.getArgByIndex<McpContext>(1).token.subject === 'user-2'
    );
  }
}

@Injectable()
class OnlyUserOne implements CanActivate {
  constructor(private readonly greeter: Greeter) {}

  canActivate(context: ExecutionContext): boolean {
    const { token } = context.getArgByIndex<McpContext>(1);
    return this.greeter.greet(token.subject) === 'Hello user-1';
  }
}

@Injectable()
class GuardedTools {
  @Tool({ name: 'forbidden', description: 'Is for somebody else', input: ANY })
  @UseGuards(OnlyUserTwo)
  forbidden(): string {
    return 'reached';
  }

  @Tool({ name: 'allowed', description: 'Is for this user', input: ANY })
  @UseGuards(OnlyUserOne)
  allowed(): string {
    return 'reached';
  }
}

@UseGuards(OnlyUserTwo)
@Injectable()
class GuardedClass {
  @Tool({ name: 'inside', description: 'Is in a guarded class', input: ANY })
  inside(): string {
    return 'reached';
  }
}

@Injectable()
class Loud implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<string>) {
    return next.handle().pipe(map((text) => text.toUpperCase()));
  }
}

@Injectable()
class InterceptedTool {
  @Tool({ name: 'loud', description: 'Is loud', input: ANY })
  @UseInterceptors(Loud)
  loud(): string {
    return 'hello';
  }
}

describe('discovery of capabilities', () => {
  it('finds a tool and describes it with JSON Schema 2020-12', async () => {
    const { tools } = await boot(Greeter, InjectedTool);
    expect([...tools.keys()]).toEqual(['greet']);
    expect(tools.get('greet')?.description).toEqual({
      name: 'greet',
      description: 'Greets',
      inputSchema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { name: { type: 'string' } },
        required: ['name'],
      },
    });
  });

  it('finds prompts, resources, templates and methods with their scopes', async () => {
    @Injectable()
    class Everything {
      @Prompt({
        name: 'p',
        description: 'd',
        arguments: z.object({ a: z.string().describe('A'), b: z.string().optional() }),
      })
      @RequireScope('prompt:scope')
      prompt(): void {}

      @Resource({ uri: 'file:///r', name: 'r' })
      resource(): void {}

      @ResourceTemplate({ uriTemplate: 'file:///{+path}', name: 't' })
      template(): void {}

      @McpMethod('x/y', { eras: ['modern'] })
      @RequireScope('a', 'b')
      method(): void {}

      @McpMethod('x/z')
      @RequireToken()
      open(): void {}
    }
    const registry = await boot(Everything);
    expect(registry.prompts.get('p')).toMatchObject({
      scopes: ['prompt:scope'],
      description: {
        arguments: [
          { name: 'a', description: 'A', required: true },
          { name: 'b', required: false },
        ],
      },
    });
    expect(registry.resources.get('file:///r')).toMatchObject({ scopes: [] });
    expect(registry.resourceTemplates.get('file:///{+path}')?.template.variables).toEqual(['path']);
    expect(registry.methods.get('x/y')).toMatchObject({ scopes: ['a', 'b'], eras: ['modern'] });
    expect(registry.methods.get('x/z')).toMatchObject({ scopes: [], eras: ['modern', 'legacy'] });
  });

  it('finds what a base class declares', async () => {
    @Injectable()
    class Derived extends InjectedTool {}
    expect([...(await boot(Greeter, Derived)).tools.keys()]).toEqual(['greet']);
  });

  it('finds a provider once that is also known under another token', async () => {
    const { tools } = await boot(Greeter, InjectedTool, { provide: 'alias', useExisting: InjectedTool });
    expect(tools.size).toBe(1);
  });

  it('finds a provider that is a ready value', async () => {
    const { tools } = await boot({ provide: InjectedTool, useValue: new InjectedTool(new Greeter()) });
    expect([...tools.keys()]).toEqual(['greet']);
  });

  it('finds a provider that a factory makes', async () => {
    const { tools } = await boot({
      provide: InjectedTool,
      useFactory: () => new InjectedTool(new Greeter()),
    });
    expect([...tools.keys()]).toEqual(['greet']);
  });
});

describe('mistakes that stop the boot', () => {
  it.each<[string, () => object, RegExp]>([
    [
      'two tools of one name',
      () => {
        class Twice {
          @Tool({ name: 'same', description: '', input: ANY })
          one(): void {}

          @Tool({ name: 'same', description: '', input: ANY })
          two(): void {}
        }
        return Twice;
      },
      /^Twice\.two: there is already a tool "same"; names must be unique$/,
    ],
    [
      'two prompts of one name',
      () => {
        class Twice {
          @Prompt({ name: 'same', description: '' })
          one(): void {}

          @Prompt({ name: 'same', description: '' })
          two(): void {}
        }
        return Twice;
      },
      /^Twice\.two: there is already a prompt "same"/,
    ],
    [
      'two resources of one URI',
      () => {
        class Twice {
          @Resource({ uri: 'file:///a', name: 'a' })
          one(): void {}

          @Resource({ uri: 'file:///a', name: 'b' })
          two(): void {}
        }
        return Twice;
      },
      /^Twice\.two: there is already a resource "file:\/\/\/a"/,
    ],
    [
      'a protocol method without a scope rule',
      () => {
        class Careless {
          @McpMethod('tools/delete')
          remove(): void {}
        }
        return Careless;
      },
      /^Careless\.remove: MCP method "tools\/delete" has no scope rule; put @RequireScope\('\.\.\.'\) or @RequireToken\(\) beside it$/,
    ],
    [
      'a tool name with a space',
      () => {
        class Named {
          @Tool({ name: 'my tool', description: '', input: ANY })
          tool(): void {}
        }
        return Named;
      },
      /^Named\.tool: "my tool" is no tool name/,
    ],
    [
      'a tool without a name',
      () => {
        class Named {
          @Tool({ name: '', description: '', input: ANY })
          tool(): void {}
        }
        return Named;
      },
      /^Named\.tool: "" is no tool name/,
    ],
    [
      'a tool name of 129 characters',
      () => {
        class Named {
          @Tool({ name: 'a'.repeat(129), description: '', input: ANY })
          tool(): void {}
        }
        return Named;
      },
      /is no tool name/,
    ],
    [
      'a schema that JSON Schema cannot say',
      () => {
        class Dated {
          @Tool({ name: 'dated', description: '', input: z.object({ at: z.date() }) })
          tool(): void {}
        }
        return Dated;
      },
      /Date/,
    ],
    [
      'a URI template that nobody can match',
      () => {
        class Templated {
          @ResourceTemplate({ uriTemplate: 'file:///{?q}', name: 't' })
          read(): void {}
        }
        return Templated;
      },
      /unsupported expression in URI template/,
    ],
    [
      'a request-scoped provider',
      () => {
        @Injectable({ scope: Scope.REQUEST })
        class Scoped {
          @Tool({ name: 'scoped', description: '', input: ANY })
          tool(): void {}
        }
        return Scoped;
      },
      /^Scoped\.tool: a provider with MCP decorators must be a singleton, not request-scoped or transient$/,
    ],
    [
      'a transient provider',
      () => {
        @Injectable({ scope: Scope.TRANSIENT })
        class Scoped {
          @Tool({ name: 'scoped', description: '', input: ANY })
          tool(): void {}
        }
        return Scoped;
      },
      /^Scoped\.tool: a provider with MCP decorators must be a singleton, not request-scoped or transient$/,
    ],
  ])('%s', async (_what, declare, message) => {
    await expect(boot(declare() as Provider)).rejects.toThrow(message);
  });

  it('a provider that depends on a request-scoped one', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @Injectable()
    class Dependent {
      constructor(readonly dependency: PerRequest) {}

      @Tool({ name: 'dependent', description: '', input: ANY })
      tool(): void {}
    }
    await expect(boot(PerRequest, Dependent)).rejects.toThrow(/^Dependent\.tool: .* must be a singleton/);
  });
});

describe('tools with what Nest offers', () => {
  it('use what was injected, and get their arguments and the context', async () => {
    expect(await callTool(InjectedTool, 'greet', { name: 'Ada' })).toMatchObject({
      text: 'Hello Ada from user-1',
    });
  });

  it('get their arguments through @UsePipes(ValidationPipe), as the class that they declare', async () => {
    expect(await callTool(PipedTool, 'double', { n: 21 })).toMatchObject({ text: 'true 42 request-1' });
  });

  it('tell the model which argument @UsePipes(ValidationPipe) refused', async () => {
    const { isError, text } = await callTool(PipedTool, 'double', { n: 0 });
    expect(isError).toBe(true);
    expect(text).toContain('n must not be less than 1');
  });

  it.each([
    [GuardedTools, 'forbidden'],
    [GuardedClass, 'inside'],
  ])('are not reached when @UseGuards refuses: %o %s', async (provider, name) => {
    const { isError, text, log } = await callTool(provider, name);
    expect(isError).toBe(true);
    expect(text).toBe('Forbidden resource');
    expect(log).toBe('');
  });

  it('are reached when @UseGuards allows, with a guard that has something injected', async () => {
    expect(await callTool(GuardedTools, 'allowed')).toMatchObject({ text: 'reached' });
  });

  it('answer through @UseInterceptors', async () => {
    expect(await callTool(InterceptedTool, 'loud')).toMatchObject({ text: 'HELLO' });
  });
});
