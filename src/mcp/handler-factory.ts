import { Injectable } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';

type Method = (...args: unknown[]) => unknown;

/** Where Nest's own decorators (`@UseGuards`, `@UsePipes`, `@UseInterceptors`, `@UseFilters`) leave their metadata. */
const ENHANCERS = ['__guards__', '__pipes__', '__interceptors__', '__exceptionFilters__'];

/** Ours, for Nest's parameter machinery. The number before the colon is what pipes see as the type: 3 is `body`, 0 is `custom`. */
const PARAMETERS = 'gatehouse:parameters';
const ARGUMENTS_TYPE = 3;
const OTHER_TYPE = 0;
const MAX_PARAMETERS = 3;

/**
 * Makes a provider's method callable by the dispatcher. Guards, pipes, interceptors and filters on it or its class run as on a
 * controller; a method without any is called directly, so that it costs nothing.
 */
@Injectable()
export class HandlerFactory {
  constructor(private readonly contexts: ExternalContextCreator) {}

  create(instance: object, methodName: string): Method {
    const method = (instance as Record<string, Method>)[methodName] as Method;
    const target = instance.constructor;
    if (!ENHANCERS.some((key) => Reflect.hasMetadata(key, target) || Reflect.hasMetadata(key, method))) {
      return method.bind(instance);
    }
    const parameters = Array.from({ length: MAX_PARAMETERS }, (_, index) => [
      `${index === 0 ? ARGUMENTS_TYPE : OTHER_TYPE}:${index}`,
      { index, data: index, pipes: [] },
    ]);
    Reflect.defineMetadata(PARAMETERS, Object.fromEntries(parameters), target, methodName);
    return this.contexts.create(
      instance,
      method,
      methodName,
      PARAMETERS,
      { exchangeKeyForValue: (_type: number, index: unknown, args: unknown[]) => args[index as number] },
      undefined,
      undefined,
      { guards: true, interceptors: true, filters: true },
      'mcp',
    ) as Method;
  }
}
