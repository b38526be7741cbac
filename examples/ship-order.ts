import { Injectable } from '@nestjs/common';
import { jsonSchema, Tool } from 'gatehouse';

interface Shipment {
  region: string;
  weight?: number;
}

@Injectable()
export class ShippingTools {
  @Tool({
    name: 'ship_order',
    description: 'Ship an order to a region',
    input: jsonSchema<Shipment>({
      type: 'object',
      properties: {
        region: { type: 'string', enum: ['eu', 'us'], 'x-mcp-header': 'Region' },
        weight: { type: 'number', exclusiveMinimum: 0 },
      },
      required: ['region'],
      additionalProperties: false,
    }),
  })
  ship({ region, weight = 1 }: Shipment): string {
    return `${weight} kg to ${region}`;
  }
}
