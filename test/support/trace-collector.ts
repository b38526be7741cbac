import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 2: server, 3: client (OTLP). */
  readonly kind: number;
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

export interface TraceCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** Everything that was received, as text. */
  readonly received: readonly string[];
  /** The headers of the last export. */
  readonly headers: () => Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  links?: { spanId: string }[];
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code: number };
}

interface OtlpTraces {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}

/** An OTLP collector (HTTP, JSON) that keeps what it gets. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: CollectedSpan[] = [];
  const received: string[] = [];
  let headers: Readonly<Record<string, unknown>> = {};
  const receive = (body: string): void => {
    received.push(body);
    const traces = JSON.parse(body) as OtlpTraces;
    for (const { scopeSpans } of traces.resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans.map(toSpan));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    ({ headers } = request);
    receive(await text(request));
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    received,
    headers: () => headers,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function toSpan({
  name,
  traceId,
  spanId,
  parentSpanId,
  kind,
  links,
  attributes,
  status,
}: OtlpSpan): CollectedSpan {
  return {
    name,
    traceId,
    spanId,
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    kind,
    links: (links ?? []).map((link) => link.spanId),
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    failed: status.code === 2,
  };
}
