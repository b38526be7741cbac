import { Module } from '@nestjs/common';
import { ArithmeticTools } from './arithmetic.tools.js';
import { FunctionTools } from './function.tools.js';
import { StatisticsTool } from './statistics.tool.js';

/** The mathematical tools. */
@Module({ providers: [ArithmeticTools, FunctionTools, StatisticsTool] })
export class ToolsModule {}
