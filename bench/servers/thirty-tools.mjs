import { Module } from '@nestjs/common';
import { z } from 'zod';
import { Tool } from '../../dist/mcp/decorators/tool.decorator.js';
import { ToolsModule } from '../../dist/tools/tools.module.js';

const MORE = 19;

class MoreTools {}

// The product has eleven tools; these make thirty. Plain JavaScript has no decorator syntax yet, so they are applied by hand.
for (let index = 1; index <= MORE; index++) {
  const name = `tool_${index}`;
  Object.defineProperty(MoreTools.prototype, name, {
    value: ({ a, b }) => String(a + b),
    writable: true,
    configurable: true,
  });
  const options = {
    name,
    title: `Tool ${index}`,
    description: `Adds two numbers, as tool number ${index}`,
    input: z.object({ a: z.number().describe('First number'), b: z.number().describe('Second number') }),
  };
  Tool(options)(MoreTools.prototype, name, Object.getOwnPropertyDescriptor(MoreTools.prototype, name));
}

class MoreToolsModule {}
Module({ providers: [MoreTools] })(MoreToolsModule);

export const THIRTY_TOOLS = [ToolsModule, MoreToolsModule];
