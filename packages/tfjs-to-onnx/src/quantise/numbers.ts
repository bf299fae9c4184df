/** Smallest and largest value of an activation. */
export type Range = readonly [low: number, high: number];

/** How 8-bit integers q represent numbers: x = scale * (q - zero). */
export interface Coding {
  /** A 32-bit float. */
  readonly scale: number;
  /** 0..255. */
  readonly zero: number;
}

const UINT8 = 255;
const INT8 = 127;

/** Biases stay below this, so that a sum of products can be added to them in 32 bits. */
const MAX_BIAS = 2 ** 30;

/**
 * The coding of an activation as uint8, asymmetric, so that 0 is exact: convolutions pad with it.
 * See "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
 * https://arxiv.org/abs/1712.05877, section 2.1.
 */
export function codingOf([low, high]: Range): Coding {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround((to - from || 1) / UINT8);
  return { scale, zero: Math.min(UINT8, Math.round(Math.abs(from) / scale)) };
}

/** Weights and bias of a convolution in integers. */
export interface IntegerWeights {
  /** In the order of the weights. */
  readonly weights: Int8Array;
  /** Per output channel: weight = scale * integer. */
  readonly scales: Float32Array;
  /** Per output channel, in units of `biasScales`. */
  readonly bias: Int32Array;
  /** Input scale * weight scale. */
  readonly biasScales: Float32Array;
}

/**
 * Weights as int8, symmetric, with a scale per output channel; bias as int32.
 * @param weights output channel first
 * @param bias per output channel
 * @param inputScale of the coding of the convolution's input
 */
export function integerWeights(
  weights: Float32Array,
  bias: Float32Array,
  inputScale: number,
): IntegerWeights {
  const channels = bias.length;
  const each = weights.length / channels;
  const made = {
    weights: new Int8Array(weights.length),
    scales: new Float32Array(channels),
    bias: new Int32Array(channels),
    biasScales: new Float32Array(channels),
  };
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * each;
    const largest = weights
      .subarray(start, start + each)
      .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const offset = bias[channel] ?? 0;
    const scale = Math.fround(Math.max(largest / INT8, Math.abs(offset) / inputScale / MAX_BIAS) || 1);
    for (let at = start; at < start + each; at++) {
      made.weights[at] = Math.max(-INT8, Math.min(INT8, Math.round((weights[at] ?? 0) / scale)));
    }
    const biasScale = Math.fround(inputScale * scale);
    made.scales[channel] = scale;
    made.biasScales[channel] = biasScale;
    made.bias[channel] = Math.round(offset / biasScale);
  }
  return made;
}
