import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { exposition } from './exposition.js';
import { Metrics } from './metrics.js';

/** Serves what Prometheus scrapes. Lives on the management port only. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  async scrape(@Headers('accept') accept: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await exposition(this.metrics.registry, accept);
    await reply.type(contentType).header('Vary', 'Accept').send(text);
  }
}
