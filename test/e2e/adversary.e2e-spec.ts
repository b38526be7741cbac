import { type ExecutionContext, Injectable } from '@nestjs/common';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CancelTools } from '../../examples/cancel-order.js';
import { OrderService, OrderTools } from '../../examples/find-order.js';
import { ImportTools } from '../../examples/import-orders.js';
import { PriceList } from '../../examples/price-list.js';
import { ShippingTools } from '../../examples/ship-order.js';
import { JwtAuthGuard } from '../../src/auth/jwt-auth.guard.js';
import { RequireScope, RequireToken } from '../../src/auth/require-scope.decorator.js';
import { type Operation, type PolicyDecision, ScopePolicy } from '../../src/auth/scope-policy.js';
import type { VerifiedToken } from '../../src/auth/verified-token.js';
import { Logger } from '../../src/logging/logger.js';
import { McpMethod } from '../../src/mcp/decorators/mcp-method.decorator.js';
import { ResourceTemplate } from '../../src/mcp/decorators/resource-template.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { jsonSchema } from '../../src/mcp/json-schema.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import { ToolError, type ResourceContents } from '../../src/mcp/tool-result.js';
import { PromptsModule } from '../../src/prompts/prompts.module.js';
import { attack } from '../../src/testing/adversary/attack.js';
import type { AttackOptions } from '../../src/testing/adversary/attack-options.js';
import type { Finding } from '../../src/testing/adversary/finding.js';
import { createTestGatehouse } from '../../src/testing/test-gatehouse.js';
import { ToolsModule } from '../../src/tools/tools.module.js';
import { verifiedToken } from '../support/engine.js';

const TEXT = z.object({ text: z.string() });

/** One mistake in each. */
@Injectable()
class BrokenTools {
  #caller = '';

  constructor(private readonly logger: Logger) {}

  @Tool({ name: 'echoes_environment', description: 'Shows its settings' })
  environment(): string {
    return JSON.stringify(process.env);
  }

  @Tool({ name: 'throws', description: 'Throws what it meets', input: TEXT })
  throws({ text }: { text: string }): string {
    return JSON.parse(text) as string;
  }

  @Tool({ name: 'shows_stack', description: 'Explains its failures', input: TEXT })
  stack({ text }: { text: string }): string {
    try {
      return JSON.parse(text) as string;
    } catch (error) {
      throw new ToolError((error as Error).stack);
    }
  }

  @Tool({ name: 'takes_anything', description: 'Looks at nothing', input: jsonSchema({ type: 'object' }) })
  anything(): string {
    return 'fine';
  }

  @Tool({
    name: 'lies',
    description: 'Says more to clients than it checks',
    input: {
      '~standard': {
        version: 1,
        vendor: 'none',
        validate: (value) => ({ value }),
        jsonSchema: {
          input: () => ({ type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] }),
          output: () => ({}),
        },
      },
    },
  })
  lies({ count }: { count: number }): string {
    return `${count} counted`;
  }

  @Tool({ name: 'reads_files', description: 'Reads a file', input: z.object({ path: z.string() }) })
  async readsFiles({ path }: { path: string }): Promise<string> {
    return await readFile(`/tmp/${path}`, 'utf8').catch(() => 'there is no such file');
  }

  @Tool({ name: 'runs_shell', description: 'Greets', input: TEXT })
  shell({ text }: { text: string }): string {
    try {
      return execFileSync('sh', ['-c', `echo "hello ${text.slice(0, 100)}"`], { stdio: 'pipe' }).toString();
    } catch {
      return 'hello';
    }
  }

  @Tool({ name: 'fetches', description: 'Fetches an address', input: z.object({ url: z.string() }) })
  async fetches({ url }: { url: string }): Promise<string> {
    return await fetch(url).then(
      ({ status }) => `HTTP ${status}`,
      () => 'cannot be fetched',
    );
  }

  @Tool({
    name: 'merges',
    description: 'Merges settings',
    input: jsonSchema({ type: 'object', properties: { name: { type: 'string' } } }),
  })
  merges(args: Record<string, unknown>): string {
    return `${Object.keys(merge({}, args, 0)).length} settings`;
  }

  @Tool({ name: 'shares', description: 'Remembers who calls' })
  async shares(_args: unknown, { token }: McpContext): Promise<string> {
    this.#caller = token.subject;
    await new Promise((resolve) => void setImmediate(resolve));
    return `hello ${this.#caller}`;
  }

  @Tool({ name: 'logs_secrets', description: 'Writes down what it knows' })
  logs(): string {
    this.logger.pino.info(`settings: password=${PASSWORD}`);
    return 'noted';
  }

  @Tool({ name: 'hangs', description: 'Takes its time', input: TEXT })
  async hangs({ text }: { text: string }, { signal }: McpContext): Promise<string> {
    if (text.length > 10_000) await once(signal, 'abort');
    return 'done';
  }

  @McpMethod('broken/open')
  @RequireToken()
  open(): Record<string, unknown> {
    return { secret: 'of everybody' };
  }

  @McpMethod('broken/guarded')
  @RequireScope('broken:read')
  guarded(): Record<string, unknown> {
    return {};
  }

  @ResourceTemplate({ uriTemplate: 'notes://{+path}', name: 'notes' })
  async notes(uri: string, { path = '' }: Record<string, string>): Promise<ResourceContents[]> {
    return [{ uri, text: await readFile(`/tmp/${path}`, 'utf8').catch(() => '') }];
  }
}

const PASSWORD = 'correct horse battery staple';

function merge(target: Record<string, unknown>, source: Record<string, unknown>, depth: number): object {
  for (const [key, value] of Object.entries(source)) {
    if (typeof value === 'object' && value !== null && depth < 10)
      merge((target[key] ??= {}) as Record<string, unknown>, value as Record<string, unknown>, depth + 1);
    else target[key] = value;
  }
  return target;
}

class Orders extends OrderService {
  find(number: string): Promise<{ number: string; total: number } | undefined> {
    return Promise.resolve(number === 'A-1' ? { number, total: 5 } : undefined);
  }
}

async function problemsOf(target: string, options: AttackOptions = {}): Promise<string[]> {
  await using gate = await createTestGatehouse({ providers: [BrokenTools] });
  const { findings } = await attack(gate, { targets: [target], ...options });
  return findings.map((finding) => `${finding.target}: ${finding.problem}`).toSorted();
}

describe('The adversary finds', () => {
  it.each([
    ['echoes_environment', ['secret-leaked']],
    ['throws', ['unhandled-error']],
    ['shows_stack', ['stack-trace']],
    ['takes_anything', ['accepts-anything']],
    ['lies', ['accepted']],
    ['reads_files', ['file-read']],
    ['runs_shell', ['code-executed']],
    ['fetches', ['address-fetched']],
    ['merges', ['prototype-polluted']],
    ['shares', ['crossed-callers']],
  ])('what is wrong with the tool %s, and nothing else', async (name, problems) => {
    expect(await problemsOf(name)).toEqual(problems.map((problem) => `tool ${name}: ${problem}`));
  });

  it('shows no secret in what it tells of it', async () => {
    await using gate = await createTestGatehouse({ providers: [BrokenTools] });
    const { findings } = await attack(gate, { targets: ['logs_secrets'], secrets: [PASSWORD] });
    expect(findings.map(({ answer }) => answer)).toEqual([expect.stringContaining('password=[secret]')]);
  });

  it('a tool that hangs', async () => {
    expect(await problemsOf('hangs', { deadlineMs: 300 })).toEqual(['tool hangs: no-answer']);
  });

  it('a secret of the options, in the log', async () => {
    expect(await problemsOf('logs_secrets', { secrets: [PASSWORD] })).toEqual(['the log: secret-logged']);
  });

  it('a method that asks for no scope, unless it is meant to be open', async () => {
    expect(await problemsOf('broken/open')).toEqual(['method broken/open: needs-no-scope']);
    expect(await problemsOf('broken/open', { open: ['broken/open'] })).toEqual([]);
    expect(await problemsOf('broken/guarded')).toEqual([]);
  });

  it('a template that leads out of its folder', async () => {
    expect(await problemsOf('notes://{+path}')).toEqual(['template notes://{+path}: file-read']);
  });
});

describe('The adversary finds nothing', () => {
  it('in what this project offers and shows', async () => {
    await using gate = await createTestGatehouse({
      imports: [ToolsModule, PromptsModule],
      providers: [
        OrderTools,
        { provide: OrderService, useClass: Orders },
        CancelTools,
        ImportTools,
        PriceList,
        ShippingTools,
      ],
      logLevel: 'info',
    });
    const { findings, attempts, targets } = await attack(gate);
    expect(findings).toEqual([]);
    expect(attempts).toBeGreaterThan(1_000);
    expect(targets).toEqual(
      expect.arrayContaining([
        'tool find_order',
        'tool add',
        'prompt code_review_style',
        'resource shop://prices',
        'method tools/list',
      ]),
    );
    expect(gate.log.of('error')).toEqual([]);
  }, 60_000);
});

describe('The adversary', () => {
  it('finds a policy that lets everybody do everything', async () => {
    class Everything extends ScopePolicy {
      decide(): PolicyDecision {
        return { allowed: true };
      }
    }
    await using gate = await createTestGatehouse({
      providers: [PriceList],
      override: (testing) => testing.overrideProvider(ScopePolicy).useClass(Everything),
    });
    const { findings } = await attack(gate, { targets: ['set_price'] });
    expect(findings).toMatchObject([
      {
        target: 'tool set_price',
        problem: 'accepted',
        attack: 'a token without the scope mcp:tools:execute',
        answer: expect.stringContaining('HTTP 200') as string,
        times: 2,
      },
    ]);
  });

  it('finds a guard that lets everybody in', async () => {
    await using gate = await createTestGatehouse({
      providers: [PriceList],
      override: (testing) => testing.overrideProvider(JwtAuthGuard).useClass(OpenDoor),
    });
    const { findings } = await attack(gate, { targets: ['set_price'] });
    expect(findings).toMatchObject([{ problem: 'accepted', attack: 'the session of another user' }]);
    expect(findings[0]?.times).toBeGreaterThan(15);
  });

  it('says what it could not get through to, and gets there with what it is told', async () => {
    @Injectable()
    class Picky {
      @Tool({
        name: 'picky',
        description: 'Takes one form',
        input: z.object({ code: z.string().regex(/^Q-\d{3}$/) }),
      })
      picky({ code }: { code: string }): string {
        return code;
      }
    }
    class OnlyAdministrators extends ScopePolicy {
      decide(
        { scopes }: VerifiedToken,
        _operation: Operation,
        requiredScopes: readonly string[],
      ): PolicyDecision {
        return scopes.includes('admin') ? { allowed: true } : { allowed: false, requiredScopes };
      }
    }
    await using gate = await createTestGatehouse({
      providers: [Picky],
      override: (testing) => testing.overrideProvider(ScopePolicy).useClass(OnlyAdministrators),
    });
    const targets = ['picky'];
    const lost = await attack(gate, { targets });
    expect(lost.findings).toMatchObject([
      { problem: 'not-reached', advice: expect.stringContaining("{ 'picky':") as string },
    ]);
    const args = { picky: { code: 'Q-123' } };
    const refused = await attack(gate, { targets, arguments: args });
    expect(refused.findings).toMatchObject([
      { problem: 'not-reached', advice: expect.stringContaining('"caller"') as string },
    ]);
    const told = await attack(gate, { targets, arguments: args, caller: { scopes: ['admin'] } });
    expect(told.findings).toEqual([]);
    expect(told.attempts).toBeGreaterThan(50);
  });

  it('leaves out what the author knows of and accepts', async () => {
    await using gate = await createTestGatehouse({ providers: [BrokenTools] });
    const accept = ({ problem }: Finding): boolean => problem === 'stack-trace';
    expect((await attack(gate, { targets: ['shows_stack'], accept })).findings).toEqual([]);
  });

  it('refuses to attack nothing', async () => {
    await using gate = await createTestGatehouse({ providers: [PriceList] });
    await expect(attack(gate, { targets: ['set_prize'] })).rejects.toThrow('nothing called set_prize');
    await expect(attack(gate, { targets: [] })).rejects.toThrow('nothing to attack');
  });
});

/** Takes everybody for the same user. */
class OpenDoor {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user: VerifiedToken }>().user = verifiedToken({
      scopes: ['mcp:tools:execute', 'mcp:tools:read'],
    });
    return true;
  }
}
