/** Conversion between 32-bit and 16-bit floats (IEEE 754 binary16), which Node 20 has no typed array for. */

/** Bits of the smallest normal and of the first infinite 16-bit float, as 32-bit floats: 2^-14 and 65520. */
const SMALLEST_NORMAL = 0x38800000;
const INFINITE = 0x477ff000;

/** Converts 32-bit floats, rounded to nearest, ties to even. */
export function toFloat16(source: Float32Array, target: Uint16Array): void {
  const words = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const size = word & 0x7fffffff;
    target[i] = ((word >>> 16) & 0x8000) | magnitude(size, source[i] as number);
  }
}

function magnitude(size: number, value: number): number {
  if (size > 0x7f800000) return 0x7e00; // NaN
  if (size >= INFINITE) return 0x7c00;
  if (size < SMALLEST_NORMAL) return roundToEven(Math.abs(value) * 2 ** 24);
  // Moves the exponent's bias from 127 to 15 and drops 13 bits of the mantissa; a carry reaches the exponent.
  return (size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13;
}

function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** Values of all 65,536 16-bit floats. */
let values: Float32Array | undefined;

/** Converts 16-bit floats. */
export function fromFloat16(source: Uint16Array): Float32Array {
  const table = (values ??= Float32Array.from({ length: 65536 }, (_, half) => valueOf(half)));
  return Float32Array.from(source, (half) => table[half] as number);
}

function valueOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}
