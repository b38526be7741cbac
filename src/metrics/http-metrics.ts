import { Gauge } from 'prom-client';
import { REQUEST_SECONDS } from './duration-buckets.js';
import { HotHistogram } from './hot-histogram.js';
import { MetricsArea } from './metrics-area.js';

/** What is counted of HTTP, of all servers in this process (OpenTelemetry semantic conventions for HTTP). */
export class HttpMetrics extends MetricsArea {
  readonly requestSeconds = new HotHistogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from a request to the end of its answer, streams with all of their time, by method, route template and status (aborted: the caller left before there was one)',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: REQUEST_SECONDS,
    registers: [this.registry],
  });

  /** How many requests run now. */
  running = 0;

  /** How many of them are streams that stay open with nothing to do. */
  held = 0;

  readonly activeRequests: Gauge = new Gauge({
    name: 'http_server_active_requests',
    help: 'Requests that are being answered, open streams among them',
    collect: () => this.activeRequests.set(this.running),
    registers: [this.registry],
  });
}
