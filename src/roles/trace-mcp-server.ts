import type { INestApplicationContext } from '@nestjs/common';
import {
  context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { type PolicyAnswer, ScopePolicy } from '../auth/scope-policy.js';
import { TokenVerificationMetrics } from '../auth/token-verification-metrics.js';
import { CapabilityRegistry } from '../mcp/capability-registry.js';
import { Dispatcher } from '../mcp/dispatcher.js';
import { HandlerFactory } from '../mcp/handler-factory.js';
import { OperationMetrics } from '../mcp/operation-metrics.js';
import type { RequestContext } from '../mcp/request-context.js';
import { inSpan, markFailed } from '../tracing/in-span.js';

type Decision = ReturnType<ScopePolicy['decide']>;

const PROPAGATOR = new W3CTraceContextPropagator();

/**
 * Puts spans around the parts of an MCP server: verification of the token, the operation, the decision of the policy, the tool. Stands
 * here and not in those parts, and is called only where traces are exported, so that a server without tracing runs as if there were
 * none. To be called before the application is initialised, which is when the tools are looked for.
 */
export function traceMcpServer(app: INestApplicationContext, tracer: Tracer): void {
  traceVerification(app.get(TokenVerificationMetrics), tracer);
  traceOperations(app, tracer);
  tracePolicy(app.get<ScopePolicy>(ScopePolicy), tracer);
  traceHandlers(app.get(HandlerFactory), tracer);
}

/** Each verification is told of when it is over, with the time at which it began. */
function traceVerification(validations: TokenVerificationMetrics, tracer: Tracer): void {
  const verified = (started: number, attributes: Record<string, string | boolean>): Span =>
    tracer.startSpan('verify access token', {
      attributes,
      startTime: performance.timeOrigin + started,
    });
  const accepted = validations.accepted.bind(validations);
  const refused = validations.refused.bind(validations);
  validations.accepted = (started, cached) => {
    verified(started, { 'gatehouse.token.cached': cached }).end();
    accepted(started, cached);
  };
  validations.refused = (started, reason) => {
    const span = verified(started, { 'gatehouse.token.cached': false });
    markFailed(span, reason);
    span.end();
    refused(started, reason);
  };
}

/**
 * One span for an operation, from the policy to the result (OpenTelemetry semantic conventions for MCP): below `_meta.traceparent` where
 * the client sent one (SEP-414), with a link to the HTTP request; else below that request.
 */
function traceOperations(app: INestApplicationContext, tracer: Tracer): void {
  const dispatcher = app.get(Dispatcher);
  const registry = app.get(CapabilityRegistry);
  const operations = new WeakMap<RequestContext, Span>();
  const authorize = dispatcher.authorize.bind(dispatcher);
  const run = dispatcher.run.bind(dispatcher);
  dispatcher.authorize = (request) => {
    const span = startOperation(tracer, registry, request);
    operations.set(request, span);
    return failing(span, () => authorize(request));
  };
  dispatcher.run = (entry, request) => {
    const span = operations.get(request) as Span;
    return inSpan(span, context.active(), () => run(entry, request));
  };
  const counts = app.get(OperationMetrics);
  const count = counts.count.bind(counts);
  counts.count = (...args) => {
    if (args[1] === 'tool_error') {
      const span = trace.getActiveSpan();
      if (span) markFailed(span, 'tool_error');
    }
    count(...args);
  };
}

function startOperation(tracer: Tracer, registry: CapabilityRegistry, request: RequestContext): Span {
  const { method, params } = request.request;
  const known = registry.methods.has(method) ? method : '_other';
  const target = knownTarget(registry, known, params['name']);
  const http = trace.getActiveSpan();
  const caller = request.trace;
  const parent = caller ? PROPAGATOR.extract(ROOT_CONTEXT, caller, defaultTextMapGetter) : context.active();
  const attributes = {
    'mcp.method.name': known,
    'mcp.protocol.version': request.protocolVersion,
    'gatehouse.request.id': request.requestId,
    ...(target === undefined
      ? {}
      : { [known === 'prompts/get' ? 'gen_ai.prompt.name' : 'gen_ai.tool.name']: target }),
  };
  const name = target === undefined ? known : `${known} ${target}`;
  const links = caller && http ? [{ context: http.spanContext() }] : [];
  return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, links }, parent);
}

/** Names only what is registered: what a caller makes up does not become the name of a span. */
function knownTarget(registry: CapabilityRegistry, method: string, name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  if (method === 'tools/call' && registry.tools.has(name)) return name;
  return method === 'prompts/get' && registry.prompts.has(name) ? name : undefined;
}

/** Below the span, which goes on where this succeeds. */
function failing<Result>(span: Span, decide: () => Result): Result {
  const stopped = (error: unknown): never =>
    inSpan(span, context.active(), () => {
      throw error;
    });
  let decided: Result;
  try {
    decided = context.with(trace.setSpan(context.active(), span), decide);
  } catch (error) {
    return stopped(error);
  }
  return decided instanceof Promise ? (decided.catch(stopped) as Result) : decided;
}

function tracePolicy(policy: ScopePolicy, tracer: Tracer): void {
  const decide = policy.decide.bind(policy);
  policy.decide = (...args) => {
    const [, { method }, scopes] = args;
    const attributes = { 'mcp.method.name': method, 'gatehouse.required_scopes': scopes.join(' ') };
    const span = tracer.startSpan('authorize operation', { attributes });
    return inSpan(span, context.active(), () => noted(span, decide(...args)));
  };
}

function noted(span: Span, decided: Decision): Decision {
  if (decided instanceof Promise) return decided.then((decision) => noted(span, decision) as PolicyAnswer);
  // Policies are asked for whatever they answer: no answer is none that allows.
  span.setAttribute('gatehouse.allowed', decided?.allowed === true);
  return decided;
}

/** Whatever carries an MCP decorator: tools, prompts, resources, methods of one's own. */
function traceHandlers(handlers: HandlerFactory, tracer: Tracer): void {
  const create = handlers.create.bind(handlers);
  handlers.create = (instance, methodName) => {
    const handler = create(instance, methodName);
    const name = `${instance.constructor.name}.${methodName}`;
    return (...args) =>
      inSpan(tracer.startSpan(name, { attributes: { 'code.function.name': name } }), context.active(), () =>
        handler(...args),
      );
  };
}
