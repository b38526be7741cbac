import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AUDIT_KEY, memoryAudit } from '../../test/support/memory-audit.js';
import { argumentDigest } from './argument-digest.js';
import { AuditChain, INTEGRITY } from './audit-chain.js';
import { auditKey, Mac } from './audit-key.js';
import { canonicalJson } from './canonical-json.js';
import { ocsfEvent } from './ocsf-event.js';
import { Verification, type VerificationReport } from './verify/verification.js';

async function trail(events = 6): Promise<string[]> {
  const { audit, sink } = memoryAudit();
  for (let index = 1; index < events - 1; index++)
    audit.record({ event: 'token.issued', outcome: 'success', subject: `user ${index}`, scopes: ['a'] });
  await audit.close();
  expect(sink.lines).toHaveLength(events);
  return [...sink.lines];
}

function verify(
  lines: readonly string[],
  options: Partial<ConstructorParameters<typeof Verification>[0]> = {},
): VerificationReport {
  const verification = new Verification({ keys: [AUDIT_KEY], ...options });
  for (const [index, line] of lines.entries()) verification.line(line, `line ${index + 1}`);
  return verification.report();
}

const changed = (line: string, from: string, to: string): string => {
  expect(line).toContain(from);
  return line.replace(from, to);
};

describe('the key of the chain', () => {
  it('makes HMAC-SHA-256 (RFC 2104), as node:crypto does', () => {
    const mac = new Mac('a key of ASCII characters');
    for (const text of ['', 'ü', 'x'.repeat(1_000)])
      expect(mac.of(text)).toBe(
        createHmac('sha256', 'a key of ASCII characters').update(text).digest('base64url'),
      );
  });

  it('is derived by HKDF-SHA-256, for the chain alone', () => {
    const derived = Buffer.from(
      hkdfSync('sha256', Buffer.alloc(32, 5), Buffer.alloc(0), 'gatehouse audit chain', 32),
    );
    const expected = createHmac('sha256', derived.toString('base64url')).update('x').digest('base64url');
    expect(AUDIT_KEY.chain.of('x')).toBe(expected);
    expect(AUDIT_KEY.argumentDigest.of('x')).not.toBe(expected);
  });
});

describe('canonical JSON (RFC 8785)', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4 }, '{"\\r":2,"1":3,"€":1,"😀":4}'],
    [{ a: undefined, b: 1e21 }, '{"b":1e+21}'],
    ['é', '"é"'],
  ])('of %j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('makes the same digest of arguments in any order, another for each key, and tells which kind it is', () => {
    const digest = argumentDigest({ a: 1, b: { d: 1, c: 2 } }, AUDIT_KEY);
    expect(argumentDigest({ b: { c: 2, d: 1 }, a: 1 }, AUDIT_KEY)).toBe(digest);
    expect(argumentDigest({ a: 1, b: { c: 2, d: 2 } }, AUDIT_KEY)).not.toBe(digest);
    expect(argumentDigest({ a: 1, b: { d: 1, c: 2 } }, auditKey(Buffer.alloc(32, 6)))).not.toBe(digest);
    expect(digest).toMatch(/^hmac-sha256:[\w-]{43}$/);
    expect(argumentDigest({}, undefined)).toMatch(/^sha256:[\w-]{43}$/);
  });
});

describe('an audit trail', () => {
  it('is intact as it was written, in canonical form, from its start to its stop', async () => {
    const lines = await trail();
    for (const line of lines) expect(canonicalJson(JSON.parse(line))).toBe(line);
    expect(verify(lines)).toMatchObject({ events: 6, problems: [], unknown: [], notes: [] });
  });

  it('stays intact when a log shipper reorders, indents and mixes it with other lines', async () => {
    const shipped = (await trail()).flatMap((line) => {
      const reversed = Object.fromEntries(
        Object.entries(JSON.parse(line) as Record<string, unknown>).toReversed(),
      );
      return ['{"level":"info","msg":"a line of the log"}', JSON.stringify(reversed), 'no JSON', ''];
    });
    expect(verify(shipped)).toMatchObject({ events: 6, problems: [] });
  });

  it('that was edited is found out, and where', async () => {
    const lines = await trail();
    lines[2] = changed(lines[2] as string, 'user 2', 'user 9');
    expect(verify(lines).problems).toEqual([
      expect.stringMatching(/^line 3: event 3 of chain [\w-]{16} \(token\.issued\) was changed after/),
    ]);
  });

  it('is found out in every single character that was edited', async () => {
    const [first = '', second = ''] = await trail();
    for (let at = 0; at < second.length; at += 7) {
      const edited = `${second.slice(0, at)}${second[at] === '7' ? '8' : '7'}${second.slice(at + 1)}`;
      const { problems, events, unknown } = verify([first, edited]);
      expect({ at, found: problems.length > 0 || events < 2 || unknown.length > 0 }).toEqual({
        at,
        found: true,
      });
    }
  });

  it.each([
    ['one event', [2], /^event 3 of chain \S+ was removed/],
    ['some', [1, 2, 3], /^events 2 to 4 of chain \S+ were removed/],
  ])('from which %s was removed is found out, and which', async (_what, removed, expected) => {
    const lines = (await trail()).filter((_line, index) => !removed.includes(index));
    expect(verify(lines).problems).toEqual([expect.stringMatching(expected)]);
  });

  it('that was reordered is found out, and which event', async () => {
    const [a = '', b = '', c = '', ...rest] = await trail();
    expect(verify([a, c, b, ...rest]).problems).toEqual([
      expect.stringMatching(/^line 3: event 2 of chain \S+ stands in the wrong place/),
    ]);
  });

  it('into which an event was copied is found out', async () => {
    const lines = await trail();
    lines.splice(4, 0, lines[1] as string);
    expect(verify(lines).problems).toEqual([
      expect.stringMatching(/^line 5: event 2 of chain \S+ was inserted/),
    ]);
  });

  it('into which an event without its place was put is found out', async () => {
    const lines = await trail();
    const { unmapped: _, ...bare } = JSON.parse(lines[1] as string) as Record<string, unknown>;
    lines.splice(2, 0, JSON.stringify(bare));
    expect(verify(lines).problems).toEqual([expect.stringMatching(/^line 3: is no whole event/)]);
  });

  it('that goes on after its stop is found out', async () => {
    const lines = await trail();
    const end = JSON.parse(lines[5] as string) as { unmapped: { record_integrity: { sequence: number } } };
    end.unmapped.record_integrity.sequence = 7;
    expect(verify([...lines, JSON.stringify(end)]).problems.join('\n')).toMatch(
      /event 7 .* was changed[^]*event 7 .* after the chain had ended/,
    );
  });

  it('without a stop is a note that names its head, and a head that was noted elsewhere proves what was cut off', async () => {
    const lines = await trail();
    const { record_integrity: last } = (JSON.parse(lines[5] as string) as { unmapped: never }).unmapped as {
      record_integrity: { chain: string; hash: string; sequence: number };
    };
    const cut = lines.slice(0, 4);
    expect(verify(cut)).toMatchObject({ problems: [], notes: [expect.stringContaining('has no end')] });
    const expected = { chain: last.chain, sequence: 6, hash: last.hash };
    expect(verify(lines, { expected }).problems).toEqual([]);
    expect(verify(cut, { expected }).problems).toEqual([
      expect.stringMatching(/^event 6 of chain \S+, as --head has it, is not here/),
    ]);
  });

  it('whose end was cut off is found out by the next chain, which had seen it', async () => {
    const lines = await trail();
    const first = JSON.parse(lines[4] as string) as {
      unmapped: { record_integrity: { chain: string; hash: string } };
    };
    const { chain, hash } = first.unmapped.record_integrity;
    const next = new AuditChain(AUDIT_KEY);
    const body = ocsfEvent(
      { event: 'audit.started', outcome: 'success', detail: { heads: [`${chain}:5:${hash}`] } },
      { version: '1', time: 1, requestId: undefined, address: undefined },
    );
    const { line } = next.seal(body);
    expect(verify([...lines.slice(0, 5), line]).problems).toEqual([]);
    expect(verify([...lines.slice(0, 3), line]).problems).toEqual([
      expect.stringMatching(/has seen event 5 of chain \S+, which ends at 3: its end was cut off/),
    ]);
    expect(verify([line]).notes).toEqual(
      expect.arrayContaining([expect.stringMatching(/has seen chain \S+, which is not here/)]),
    );
  });

  it('that was made anew without the key, or without any, is found out', async () => {
    const lines = await trail();
    const [stranger, nobody] = [auditKey(Buffer.alloc(32, 9)), undefined].map((key) => {
      const chain = new AuditChain(key);
      return lines.map((line) => {
        const event = JSON.parse(line) as { unmapped: { record_integrity: unknown } };
        event.unmapped.record_integrity = INTEGRITY;
        return chain.seal(canonicalJson(event).replace(JSON.stringify(INTEGRITY), INTEGRITY)).line;
      });
    });
    expect(verify(stranger ?? []).unknown).toEqual([expect.stringMatching(/sealed with key [\w-]{8}/)]);
    expect(verify(nobody ?? []).problems).toEqual([expect.stringMatching(/is not sealed with a key/)]);
    expect(verify(nobody ?? [], { allowUnkeyed: true }).problems).toEqual([]);
  });

  it('without a key still shows an edit, and a replacement of the event before', async () => {
    const { audit, sink } = memoryAudit(undefined, undefined);
    void audit;
    void sink;
    const chain = new AuditChain(undefined);
    const source = { version: '1', time: 1, requestId: undefined, address: undefined };
    const seal = (subject: string, of = chain): string =>
      of.seal(ocsfEvent({ event: 'token.issued', outcome: 'success', subject }, source)).line;
    const lines = [seal('a'), seal('b'), seal('c')];
    const forged = JSON.parse(lines[1] as string) as {
      unmapped: { record_integrity: Record<string, unknown> };
    };
    const fake = new AuditChain(undefined);
    seal('z', fake);
    const other = JSON.parse(seal('y', fake)) as typeof forged;
    other.unmapped.record_integrity['chain'] = chain.id;
    expect(
      verify([lines[0] as string, JSON.stringify(other), lines[2] as string], { keys: [] }).problems,
    ).not.toEqual([]);
    expect(verify(lines, { keys: [] }).problems).toEqual([]);
  });

  it.each([
    '[',
    '{"class_uid":3002}',
    `{"class_uid":1,"unmapped":{"record_integrity":{"chain":5}}}`,
    '['.repeat(20_000),
  ])('that holds %.60s neither breaks the verification nor passes as an event', (line) => {
    expect(verify([line]).events).toBe(0);
  });

  it('names every event by OCSF class, category and type', async () => {
    const { sink, audit } = memoryAudit();
    audit.record({
      event: 'grant.revoked',
      outcome: 'success',
      subject: 'corp|alice',
      actor: 'corp|olga',
      clientId: 'client-1',
      grantId: 'grant-1',
      scopes: ['a', 'b'],
      requestId: 'request-1',
    });
    await audit.close();
    expect(sink.events[1]).toEqual({
      activity_id: 4,
      actor: { app_uid: 'client-1', user: { uid: 'corp|olga' } },
      category_uid: 3,
      class_uid: 3004,
      entity: { type: 'Grant', uid: 'grant-1' },
      http_request: { uid: 'request-1' },
      metadata: {
        event_code: 'grant.revoked',
        product: { name: 'Gatehouse', vendor_name: 'Gatehouse', version: '1.2.3' },
        version: '1.5.0',
      },
      severity_id: 1,
      status_id: 1,
      time: expect.any(Number) as number,
      type_uid: 300404,
      unmapped: {
        grant_id: 'grant-1',
        record_integrity: expect.objectContaining({ algorithm: 'HMAC-SHA256', sequence: 2 }) as object,
        scopes: ['a', 'b'],
      },
      user: { uid: 'corp|alice' },
    });
  });

  it('takes no text that hides, reorders, breaks lines or never ends', async () => {
    const { sink, audit } = memoryAudit();
    const evil = `a\u0000\u202e\nb"\\u0000"${'x'.repeat(100_000)}`;
    audit.record({
      event: 'client.registered',
      outcome: 'success',
      clientId: evil,
      reason: evil,
      detail: { evil },
    });
    await audit.close();
    const line = sink.lines[1] ?? '';
    expect(line.length).toBeLessThan(10_000);
    expect(line).not.toMatch(/\u202e|\n|\\u0000[^"\\]/);
    expect(verify(sink.lines).problems).toEqual([]);
  });
});
