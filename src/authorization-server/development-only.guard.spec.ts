import { NotFoundException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { DevelopmentOnlyGuard } from './development-only.guard.js';
import { AUTHORIZATION_SERVER_OPTIONS } from '../../test/support/authorization-server-options.js';

const guard = new DevelopmentOnlyGuard(AUTHORIZATION_SERVER_OPTIONS);

function ask(host: string | undefined, site?: string): boolean {
  return guard.canActivate(new ExecutionContextHost([{ headers: { host, 'sec-fetch-site': site } }]));
}

describe('pages that hand out tokens', () => {
  it.each([
    ['localhost:3002', undefined],
    ['127.0.0.1', undefined],
    ['[::1]:3002', 'none'],
    ['gate.example.com', 'same-origin'],
    ['GATE.example.com:8443', undefined],
  ])('open for the host %s with Sec-Fetch-Site %s', (host, site) => {
    expect(ask(host, site)).toBe(true);
  });

  it.each([
    ['a foreign name that may resolve to loopback (DNS rebinding)', 'evil.example.com', undefined],
    ['a name that begins with ours', 'gate.example.com.evil.example', undefined],
    ['a name that begins with loopback', '127.0.0.1.evil.example', undefined],
    ['a name with our name before an @', 'gate.example.com@evil.example', undefined],
    ['no host', undefined, undefined],
    ['an empty host', '', undefined],
    ['a page of another site', 'localhost:3002', 'cross-site'],
    ['a page of a sibling site', 'gate.example.com', 'same-site'],
  ])('are not there for %s', (_what, host, site) => {
    expect(() => ask(host, site)).toThrow(NotFoundException);
  });
});
