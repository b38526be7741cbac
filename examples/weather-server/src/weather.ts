import { Injectable, Module } from '@nestjs/common';
import { type McpContext, RequireScope, Tool, ToolError } from 'gatehouse';
import { z } from 'zod';

export interface Forecast {
  city: string;
  celsius: number;
}

/** Where the weather comes from: a service of the company in production, a stand-in under test. */
export abstract class WeatherService {
  abstract forecast(city: string): Promise<Forecast | undefined>;
  abstract warn(city: string, text: string): Promise<void>;
}

@Injectable()
export class WeatherTools {
  constructor(private readonly weather: WeatherService) {}

  @Tool({
    name: 'forecast',
    description: 'The weather of tomorrow',
    input: z.object({ city: z.string().min(1).max(100) }),
    output: z.object({ city: z.string(), celsius: z.number() }),
    annotations: { readOnlyHint: true },
  })
  @RequireScope('weather:read')
  async forecast({ city }: { city: string }): Promise<Forecast> {
    const forecast = await this.weather.forecast(city);
    if (!forecast) throw new ToolError(`Nobody measures the weather of ${city}`);
    return forecast;
  }

  @Tool({
    name: 'warn',
    description: 'Warn everybody in a city, after asking the user',
    input: z.object({ city: z.string().min(1).max(100), text: z.string().min(1).max(1000) }),
    annotations: { destructiveHint: true },
  })
  @RequireScope('weather:warn')
  async warn({ city, text }: { city: string; text: string }, context: McpContext): Promise<string> {
    const answer = await context.elicit('sure', {
      message: `Warn everybody in ${city}?`,
      requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] },
    });
    if (answer.content?.['sure'] !== true) return 'Nobody was warned';
    await this.weather.warn(city, text);
    return `Warned ${city}`;
  }
}

@Injectable()
class WeatherStation extends WeatherService {
  override forecast(city: string): Promise<Forecast | undefined> {
    return Promise.resolve(city === 'Lisbon' ? { city, celsius: 24 } : undefined);
  }

  override warn(): Promise<void> {
    return Promise.reject(new ToolError('The station has no siren'));
  }
}

@Module({ providers: [WeatherTools, { provide: WeatherService, useClass: WeatherStation }] })
export class WeatherModule {}
