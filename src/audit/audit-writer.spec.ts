import { describe, expect, it } from 'vitest';
import { MemorySink, memoryAudit } from '../../test/support/memory-audit.js';
import type { AuditSink } from './sinks/audit-sink.js';

/** Takes nothing while it is away. */
class MovingSink extends MemorySink {
  away = true;
  attempts = 0;

  override write(events: Parameters<AuditSink['write']>[0]): Promise<void> {
    this.attempts += 1;
    return this.away ? Promise.reject(new Error('away')) : super.write(events);
  }
}

const issued = { event: 'token.issued', outcome: 'success' } as const;
const codes = (sink: MemorySink): string[] => sink.events.map(({ metadata }) => metadata.event_code);
const counted = async (
  metrics: ReturnType<typeof memoryAudit>['metrics'],
): Promise<Record<string, number>> => {
  const { values } = await metrics.audit.events.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome as string, value]));
};

describe('events that are recorded', () => {
  it('are written together, behind whoever recorded them, and counted', async () => {
    const { audit, sink, metrics } = memoryAudit();
    audit.record(issued);
    audit.record(issued);
    expect(sink.lines).toEqual([]);
    await audit.flush();
    expect(codes(sink)).toEqual(['audit.started', 'token.issued', 'token.issued']);
    expect(await counted(metrics)).toEqual({ written: 3, lost: 0 });
    await audit.close();
    expect(codes(sink).at(-1)).toBe('audit.stopped');
    audit.record(issued);
    expect(sink.lines).toHaveLength(4);
  });

  it('leave nothing where there were none', async () => {
    const { audit, sink } = memoryAudit();
    await audit.close();
    expect(sink.lines).toEqual([]);
  });

  it('wait while they cannot be written, which the log says once, and are then all there', async () => {
    const { audit, sink, metrics, logged } = memoryAudit(new MovingSink());
    for (let index = 0; index < 1_200; index++) audit.record(issued);
    await expect.poll(() => sink.attempts).toBeGreaterThan(2);
    expect(logged.join('')).toMatch(/^{"level":"error"[^\n]*audit events cannot be written[^\n]*\n$/);
    sink.away = false;
    await audit.flush();
    expect(sink.events.map(({ unmapped }) => unmapped.record_integrity.sequence)).toEqual(
      Array.from({ length: 1_201 }, (_value, index) => index + 1),
    );
    expect(logged.join('')).toContain('audit events can be written again');
    expect(await counted(metrics)).toEqual({ written: 1_201, lost: 0 });
    await audit.close();
  });

  it('are lost beyond a bound, are counted, and the trail says how many they were', async () => {
    const { audit, sink, metrics } = memoryAudit(new MovingSink());
    for (let index = 0; index < 25_000; index++) audit.record(issued);
    expect(await counted(metrics)).toMatchObject({ lost: 5_000 });
    sink.away = false;
    await audit.flush();
    const lost = sink.events.filter(({ metadata }) => metadata.event_code === 'audit.events_lost');
    expect(lost).toMatchObject([{ severity_id: 4, unmapped: { count: 5_000 } }]);
    await audit.close();
  });

  it('that strangers repeat are one event, and one more that says how many followed', async () => {
    const { audit, sink } = memoryAudit();
    for (let index = 0; index < 50; index++)
      audit.recordRepeated('missing 10.0.0.1', { event: 'access_token.refused', outcome: 'refused' });
    await audit.close();
    expect(codes(sink)).toEqual([
      'audit.started',
      'access_token.refused',
      'access_token.refused',
      'audit.stopped',
    ]);
    expect(sink.events[2]?.unmapped['repeated']).toBe(49);
  });

  it('are noted by a checkpoint in the log, which names the head', async () => {
    const { audit, sink, logged } = memoryAudit();
    audit.record(issued);
    await audit.flush();
    await audit.checkpoint();
    await audit.checkpoint();
    const { hash, chain } = audit.head;
    expect(codes(sink)).toEqual(['audit.started', 'token.issued', 'audit.checkpoint']);
    expect(JSON.parse(logged.join(''))).toMatchObject({
      head: `${chain}:3:${hash}`,
      msg: 'audit checkpoint',
    });
    await audit.close();
  });
});
