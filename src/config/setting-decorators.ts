import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, Max, Min, ValidateBy } from 'class-validator';
import { isNetwork } from './network.js';

const NUMBER = /^-?\d+$/;

export const URL_RULE = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/** Text that is a whole number, as that; everything else as it came. */
export const toInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;

/** Text that is a decimal number, as that; everything else as it came. */
export const toNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;

/** Text between commas, as a list. */
export const toList = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
    : value;

/** A port; 0 takes a free one. */
export function Port(): PropertyDecorator {
  return (target, key) => {
    Transform(toInteger)(target, key);
    IsInt()(target, key);
    Min(0)(target, key);
    Max(65_535)(target, key);
  };
}

/** A whole number from 1 to `max`. */
export function PositiveInteger(max: number): PropertyDecorator {
  return (target, key) => {
    Transform(toInteger)(target, key);
    IsInt()(target, key);
    Min(1)(target, key);
    Max(max)(target, key);
  };
}

/** `true` or `false`. */
export function Flag(): PropertyDecorator {
  return (target, key) => {
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    )(target, key);
    IsBoolean({ message: 'must be true or false' })(target, key);
  };
}

/** A list of IP addresses and networks. */
export function IsNetwork(): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isNetwork',
      validator: {
        validate: (value) => typeof value === 'string' && isNetwork(value),
        defaultMessage: () => 'each must be an IP address or a network such as 10.0.0.0/8',
      },
    },
    { each: true },
  );
}
