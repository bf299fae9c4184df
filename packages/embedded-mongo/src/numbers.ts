import { Decimal128, Double, Long, Timestamp } from 'bson';
import { CommandError, notImplemented } from './errors';

/** A BSON number in memory; see `Document` for how JS numbers are stored. */
export type Numeric = number | Long | Double | Decimal128;

export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' ||
    value instanceof Double ||
    (value instanceof Long && !(value instanceof Timestamp)) ||
    value instanceof Decimal128
  );
}

/** Whether bson writes this JS number as an int32. */
export function isInt32(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0);
}

/** The double `value`, wrapped if bson would write the JS number as an int32. */
export function asDouble(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value;
}

/** The JS number nearest to a BSON number. */
export function toNumber(value: Numeric): number {
  if (typeof value === 'number') return value;
  if (value instanceof Double) return value.value;
  if (value instanceof Long) return value.toNumber();
  return Number(value.toString());
}

/**
 * Reads a whole number argument of any BSON number type.
 * @throws TypeMismatch if it is not a number, BadValue if it is not whole
 */
export function toInteger(value: unknown, what: string): number {
  if (!isNumeric(value)) throw new CommandError('TypeMismatch', `${what} must be a number.`);
  const number = toNumber(value);
  if (!Number.isSafeInteger(number)) throw new CommandError('BadValue', `${what} must be a whole number.`);
  return number;
}

/** Orders numbers of all types by exact value; NaN is before all others. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const [x, y] = [toNumber(a), toNumber(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
  const exact = (v: Numeric) => typeof v === 'number' || v instanceof Double;
  if ((exact(a) && exact(b)) || !Number.isFinite(x) || !Number.isFinite(y)) return x < y ? -1 : x > y ? 1 : 0;
  const [p, q] = [fraction(a), fraction(b)];
  const difference = p.numerator * q.denominator - q.numerator * p.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A finite number as an exact fraction. */
function fraction(value: Numeric): { numerator: bigint; denominator: bigint } {
  if (value instanceof Long) return { numerator: value.toBigInt(), denominator: 1n };
  if (value instanceof Decimal128) {
    const [, sign = '', whole = '0', decimals = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d*))?(?:E([+-]?\d+))?$/.exec(value.toString()) ?? [];
    const digits = BigInt(`${sign}${whole}${decimals}`);
    const power = Number(exponent) - decimals.length;
    return power >= 0
      ? { numerator: digits * 10n ** BigInt(power), denominator: 1n }
      : { numerator: digits, denominator: 10n ** BigInt(-power) };
  }
  let number = toNumber(value);
  let denominator = 1n;
  for (; !Number.isInteger(number); number *= 2) denominator *= 2n;
  return { numerator: BigInt(number), denominator };
}

const OPERATIONS = {
  add: { number: (a: number, b: number) => a + b, bigint: (a: bigint, b: bigint) => a + b },
  subtract: { number: (a: number, b: number) => a - b, bigint: (a: bigint, b: bigint) => a - b },
  multiply: { number: (a: number, b: number) => a * b, bigint: (a: bigint, b: bigint) => a * b },
};

/**
 * Arithmetic with MongoDB's types: ints stay ints, or become longs on overflow; a double makes the result a double.
 * @throws NotImplemented for Decimal128, BadValue if a long overflows
 */
export function calculate(operation: keyof typeof OPERATIONS, a: Numeric, b: Numeric): Numeric {
  if (a instanceof Decimal128 || b instanceof Decimal128) throw notImplemented('arithmetic on Decimal128');
  const { number, bigint } = OPERATIONS[operation];
  const isDouble = (v: Numeric) => !(v instanceof Long) && !(typeof v === 'number' && isInt32(v));
  if (isDouble(a) || isDouble(b)) return asDouble(number(toNumber(a), toNumber(b)));
  const whole = (v: Numeric) => (v instanceof Long ? v.toBigInt() : BigInt(toNumber(v)));
  const result = bigint(whole(a), whole(b));
  if (BigInt.asIntN(64, result) !== result) {
    throw new CommandError('BadValue', `The result of ${operation} does not fit into a 64-bit integer.`);
  }
  if (a instanceof Long || b instanceof Long || BigInt.asIntN(32, result) !== result) {
    return Long.fromBigInt(result);
  }
  return Number(result);
}

/** The zero of the type of `value`, for `$mul` on a missing field. */
export const zeroOf = (value: Numeric): Numeric => calculate('multiply', value, 0);
