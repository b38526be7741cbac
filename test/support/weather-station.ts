import { Injectable, Module } from '@nestjs/common';
import { z } from 'zod';
import { RequireScope } from '../../src/auth/require-scope.decorator.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Resource } from '../../src/mcp/decorators/resource.decorator.js';
import { type ResourcePage, ResourceTemplate } from '../../src/mcp/decorators/resource-template.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { PromptResult, ResourceContents } from '../../src/mcp/tool-result.js';
import { defineScope } from '../../src/oauth/defined-scope.js';

export const WEATHER = defineScope('weather:read', 'See the weather');

/** What ran, by its name. */
export const ran: string[] = [];

const CITY = z.object({ city: z.string() });

/** Of each kind of capability one that is for everybody and one that needs a scope of its own. */
@Injectable()
export class WeatherStation {
  @Tool({ name: 'now', description: 'The time', input: z.object({}) })
  now(): string {
    return this.#ran('now');
  }

  @Tool({ name: 'forecast', title: 'Forecast', description: 'Of a city', input: CITY })
  @RequireScope(WEATHER)
  forecast({ city }: z.infer<typeof CITY>): string {
    return this.#ran(`sunny in ${city}`);
  }

  @Tool({
    name: 'set_alarm',
    description: 'Of a storm',
    input: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
  })
  @RequireScope('weather:write')
  setAlarm(): string {
    return this.#ran('set_alarm');
  }

  @Prompt({
    name: 'small_talk',
    description: 'Talk',
    arguments: z.object({ mood: z.string() }),
    complete: { mood: () => ['good'] },
  })
  smallTalk(): PromptResult {
    return { messages: [{ role: 'user', content: { type: 'text', text: this.#ran('small_talk') } }] };
  }

  @Prompt({
    name: 'briefing',
    description: 'Of the weather',
    arguments: CITY,
    complete: { city: () => ['Oslo'] },
  })
  @RequireScope(WEATHER)
  briefing(): PromptResult {
    return { messages: [{ role: 'user', content: { type: 'text', text: this.#ran('briefing') } }] };
  }

  @Resource({ uri: 'weather://about', name: 'about', description: 'The station' })
  about(uri: string): ResourceContents[] {
    return [{ uri, text: this.#ran('about') }];
  }

  @Resource({ uri: 'weather://log', name: 'log', description: 'What was measured' })
  @RequireScope(WEATHER)
  log(uri: string): ResourceContents[] {
    return [{ uri, text: this.#ran('log') }];
  }

  @ResourceTemplate<WeatherStation>({
    uriTemplate: 'city://{name}',
    name: 'city',
    list: (station, cursor) => station.page('city', cursor),
    complete: { name: () => ['oslo'] },
  })
  city(uri: string): ResourceContents[] {
    return [{ uri, text: this.#ran('city') }];
  }

  @ResourceTemplate<WeatherStation>({
    uriTemplate: 'sensor://{name}',
    name: 'sensor',
    list: (station, cursor) => station.page('sensor', cursor),
    complete: { name: () => ['s1'] },
  })
  @RequireScope(WEATHER)
  sensor(uri: string): ResourceContents[] {
    return [{ uri, text: this.#ran('sensor') }];
  }

  @ResourceTemplate<WeatherStation>({
    uriTemplate: 'map://{name}',
    name: 'map',
    list: (station, cursor) => station.page('map', cursor),
  })
  map(uri: string): ResourceContents[] {
    return [{ uri, text: this.#ran('map') }];
  }

  /** Two pages of one each. */
  page(kind: string, cursor: string | undefined): ResourcePage {
    const number = cursor === undefined ? 1 : 2;
    const resources = [{ uri: `${kind}://${number}`, name: `${kind} ${number}` }];
    return number === 1 ? { resources, nextCursor: 'second' } : { resources };
  }

  #ran(what: string): string {
    ran.push(what);
    return what;
  }
}

@Module({ providers: [WeatherStation] })
export class WeatherModule {}
