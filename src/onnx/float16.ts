const view = new DataView(new ArrayBuffer(4));

/**
 * IEEE half-precision bits of each value, rounded to nearest, ties to even; beyond ±65,504 becomes infinity.
 * Returned as raw bits because Node 20 and older browsers have no `Float16Array`.
 */
export function toFloat16(values: Float32Array): Uint16Array {
  // `from` would gather the values of a whole weight in a list first.
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = halfBits(values[i]);
  return bits;
}

/** Values of half-precision bits; exact. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, halfValue);
}

function halfBits(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65,520 is the midpoint between the largest half and the next power of two.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  const exponent = (magnitude >>> 23) - 112;
  if (exponent > 0) return sign | roundShift((exponent << 23) | (magnitude & 0x7fffff), 13);
  if (exponent < -10) return sign;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, 14 - exponent);
}

/** `value / 2^shift`, ties to even; a carry out of the mantissa raises the exponent, as it should. */
function roundShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const remainder = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return remainder > half || (remainder === half && quotient & 1) ? quotient + 1 : quotient;
}

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
