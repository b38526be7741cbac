import type { INestApplicationContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OTHER_ROUTE, routeTemplate } from '../http/route-template.js';
import type { HotHistogram, HotHistogramSeries } from '../metrics/hot-histogram.js';
import { Metrics } from '../metrics/metrics.js';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The series of one method at one route, by status. 0: the client left before there was one. */
class RouteDurations {
  readonly #byStatus = new Map<number, HotHistogramSeries>();

  constructor(
    private readonly histogram: HotHistogram,
    private readonly route: string,
    private readonly method: string,
  ) {}

  of(status: number): HotHistogramSeries {
    let series = this.#byStatus.get(status);
    if (!series) {
      series = this.histogram.labels({
        http_request_method: this.method,
        http_route: this.route,
        http_response_status_code: status === 0 ? 'aborted' : String(status),
      });
      this.#byStatus.set(status, series);
    }
    return series;
  }
}

interface Measured {
  /** Of `performance.now()`. */
  readonly started: number;
  readonly durations: RouteDurations;
  traceId: string | undefined;
}

const MEASURED = Symbol('measured');
type MeasuredResponse = ServerResponse & { [MEASURED]: Measured };

/** Times requests from the network until their answer has ended. What it returns is to be called before anything else sees a request. */
export function measuredRequests(
  core: INestApplicationContext,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { http } = core.get(Metrics);
  const byRoute = new Map<string, Map<string, RouteDurations>>();
  const durationsOf = (route: string, method: string): RouteDurations => {
    let byMethod = byRoute.get(route);
    if (!byMethod) byRoute.set(route, (byMethod = new Map<string, RouteDurations>()));
    let durations = byMethod.get(method);
    if (!durations) {
      durations = new RouteDurations(http.requestSeconds, route, method);
      byMethod.set(method, durations);
    }
    return durations;
  };
  // One function for all responses: a closure for each would cost more than the measurement.
  function ended(this: ServerResponse): void {
    const { started, durations, traceId } = (this as MeasuredResponse)[MEASURED];
    http.running--;
    const status = this.headersSent ? this.statusCode : 0;
    durations.of(status).observe((performance.now() - started) / 1000, traceId);
  }
  return ({ url, method = '' }, response) => {
    const durations = durationsOf(routeTemplate(url), METHODS.has(method) ? method : OTHER_ROUTE);
    const measured: Measured = { started: performance.now(), durations, traceId: undefined };
    (response as MeasuredResponse)[MEASURED] = measured;
    http.running++;
    response.on('close', ended);
  };
}

/** Says which trace a measured request is part of. */
export function noteTrace(response: ServerResponse, traceId: string | undefined): void {
  const { [MEASURED]: measured } = response as Partial<MeasuredResponse>;
  if (measured) measured.traceId = traceId;
}
