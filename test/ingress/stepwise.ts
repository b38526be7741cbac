import { Injectable, Module } from '@nestjs/common';
import { startGatehouse, type Gatehouse } from '../../src/roles/start-gatehouse.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import { createLogger } from '../../src/logging/logger.js';

/** What happened, in the order in which it did. */
export const steps: string[] = [];
let goOn: () => void = () => undefined;

/** Lets the tool finish. */
export function finish(): void {
  steps.push('let go on');
  goOn();
}

@Injectable()
class StepwiseTools {
  @Tool({ name: 'stepwise', description: 'Reports that it has begun, and ends when it is told to' })
  async stepwise(_args: object, context: McpContext): Promise<string> {
    const told = new Promise<void>((resolve) => (goOn = resolve));
    context.progress(1, 2);
    steps.push('begun');
    await told;
    context.progress(2, 2);
    return 'done';
  }
}

@Module({ providers: [StepwiseTools] })
class StepwiseModule {}

/** A replica in this process, with a tool that a test can hold: what a pod would have with that image. Where it listens: `host:port`. */
export async function startStepwise(
  variables: Readonly<Record<string, string>>,
): Promise<{ gatehouse: Gatehouse; endpoint: string }> {
  const address = '127.80.0.3';
  const gatehouse = await startGatehouse({
    variables: { ...variables, BIND_ADDRESS: address },
    logger: createLogger('error', { write: () => undefined }),
    capabilities: [StepwiseModule],
  });
  return { gatehouse, endpoint: `${address}:${gatehouse.config.ports.proxy}` };
}
