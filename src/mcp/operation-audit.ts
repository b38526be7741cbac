import { Injectable } from '@nestjs/common';
import { INTEGRITY } from '../audit/audit-chain.js';
import { AuditLog } from '../audit/audit-log.js';
import { auditText, OCSF_VERSION } from '../audit/ocsf-event.js';
import { OCSF_CLASS, OTHER_ACTIVITY } from '../audit/ocsf-class.js';
import type { VerifiedToken } from '../auth/verified-token.js';
import { tokenRevocationId } from '../oauth/revocation-id.js';
import type { MethodEntry } from './capability-registry.js';
import type { OperationOutcome } from './operation-metrics.js';
import type { RequestContext } from './request-context.js';
import { operationTarget } from './operation-target.js';

const READ = 2;
/** As much of a name that is not registered here as is recorded. */
const MAX_UNKNOWN_CHARACTERS = 64;
const READING = /\/(?:list|get|read|complete)$/;

/** What is recorded of a token: the parts of `actor` in front of the decision and behind it. */
interface Caller {
  readonly before: string;
  readonly after: string;
}

/**
 * Writes every MCP operation to the audit trail: who, by which grant, did what, by which rule, for how long. The event is put together as text, in
 * the canonical order of its members, because it is written for every request: what a token or this process has to say is put into words once.
 */
@Injectable()
export class OperationAudit {
  readonly #callers = new WeakMap<VerifiedToken, Caller>();
  readonly #classAndMetadata: string;
  readonly #time: () => number;

  constructor(private readonly audit: AuditLog) {
    const { version } = audit;
    const product = `{"name":"Gatehouse","vendor_name":"Gatehouse","version":${JSON.stringify(version)}}`;
    this.#classAndMetadata = `"metadata":{"event_code":"mcp.operation","product":${product},"version":"${OCSF_VERSION}"}`;
    this.#time = Date.now;
  }

  /** Notes what may be gone, or changed, when the operation ends. */
  begin(context: RequestContext): void {
    const { exchange, request } = context;
    const { arguments: named, _meta: _, ...others } = request.params;
    const isNamed = request.method === 'tools/call' || request.method === 'prompts/get';
    context.audited = {
      address: exchange.address ? this.audit.addressOf(exchange.address) : undefined,
      argumentDigest: this.audit.digest(isNamed ? (named ?? {}) : others),
      decision: undefined,
    };
  }

  /** `error`: what the client was answered with, where it was no result. */
  record(
    entry: MethodEntry | undefined,
    outcome: OperationOutcome,
    context: RequestContext,
    error?: Error,
  ): void {
    const { token, request, requestId, revision, startedAt, audited } = context;
    const { before, after } = this.#caller(token);
    const activity = entry !== undefined && READING.test(entry.method) ? READ : OTHER_ACTIVITY;
    const method = entry?.method ?? auditText(request.method, MAX_UNKNOWN_CHARACTERS);
    const refused = outcome === 'denied';
    const failed = refused || outcome === 'error' || outcome === 'tool_error';
    const microseconds = Math.round((performance.now() - startedAt) * 1000);
    const time = this.#time();
    const decision = audited?.decision;
    const rule = decision?.rule ?? 'method-not-found';
    const target = operationTarget(request.method, request.params);
    const body =
      `{"activity_id":${activity},${activity === OTHER_ACTIVITY ? '"activity_name":"MCP Operation",' : ''}` +
      `"actor":{${before}"authorizations":[{"decision":"${refused ? 'denied' : 'allowed'}","policy":{"name":${JSON.stringify(rule)}}}]${after}},` +
      `"api":{"operation":${JSON.stringify(method)},"service":{"name":"gatehouse"},"version":${JSON.stringify(revision.version)}},` +
      `"category_uid":6,"class_uid":${OCSF_CLASS.apiActivity},"duration":${Math.round(microseconds / 1000)},` +
      `"http_request":{"uid":"${requestId}"},${this.#classAndMetadata},` +
      (target === undefined
        ? ''
        : `"resources":[{"name":${JSON.stringify(auditText(target.name, 512))},"type":"${target.type}"}],`) +
      `"severity_id":${refused ? 2 : 1},` +
      (audited?.address === undefined ? '' : `"src_endpoint":{"ip":"${audited.address}"},`) +
      `"status_code":${JSON.stringify(statusCode(outcome, error))},` +
      (decision?.reason === undefined
        ? ''
        : `"status_detail":${JSON.stringify(auditText(decision.reason, 512))},`) +
      `"status_id":${failed ? 2 : 1},"time":${time},"type_uid":${OCSF_CLASS.apiActivity * 100 + activity},` +
      `"unmapped":{"arguments_digest":"${audited?.argumentDigest ?? ''}","duration_us":${microseconds},` +
      `"outcome":"${outcome}","record_integrity":${INTEGRITY}}}`;
    this.audit.append({
      body,
      row: { at: time, event: 'mcp.operation', subject: token.subject, clientId: token.clientId },
    });
  }

  #caller(token: VerifiedToken): Caller {
    let caller = this.#callers.get(token);
    if (!caller) this.#callers.set(token, (caller = callerOf(token)));
    return caller;
  }
}

function callerOf(token: VerifiedToken): Caller {
  const { subject, clientId, issuer, serviceAccount, tokenId, revocationIds } = token;
  const ofToken = tokenId === undefined ? undefined : tokenRevocationId(tokenId);
  const ofGrant = revocationIds.find((id) => id !== ofToken);
  const session = [
    ...(ofToken === undefined ? [] : [`"credential_uid":${JSON.stringify(ofToken)}`]),
    `"issuer":${JSON.stringify(auditText(issuer, 512))}`,
    ...(ofGrant === undefined ? [] : [`"uid":${JSON.stringify(auditText(ofGrant, 64))}`]),
  ];
  const kind = serviceAccount ? '"type":"Service account","type_id":99,' : '"type_id":1,';
  return {
    before: `"app_uid":${JSON.stringify(auditText(clientId))},`,
    after: `,"session":{${session.join(',')}},"user":{${kind}"uid":${JSON.stringify(auditText(subject))}}`,
  };
}

/** The code of the JSON-RPC error or the status of HTTP that the client got, else how the operation ended. */
function statusCode(outcome: OperationOutcome, error: Error | undefined): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'number' ? String(code) : outcome;
}
