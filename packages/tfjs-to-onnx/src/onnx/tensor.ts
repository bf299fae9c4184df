/** A constant of a graph: row-major values and their shape; a scalar has shape []. */
export type Tensor =
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'int64'; readonly shape: readonly number[]; readonly data: BigInt64Array };

/** Float constant; without a shape, a vector. */
export function floats(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

/** Vector of 64-bit integers, ONNX's type for axes, indices and shapes. */
export function integers(values: readonly number[]): Tensor {
  return { dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) };
}

/** Number of elements in a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/**
 * The same values with permuted axes, like numpy.transpose.
 *
 * @param order for each axis of the result, its axis in `source`
 */
export function transpose(
  source: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): { shape: number[]; data: Float32Array } {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const outShape = order.map((axis) => shape[axis] ?? 0);
  const outStrides = order.map((axis) => strides[axis] ?? 0);
  const data = new Float32Array(source.length);
  let next = 0;
  const copy = (axis: number, offset: number): void => {
    if (axis === order.length) {
      data[next++] = source[offset] ?? 0;
      return;
    }
    const stride = outStrides[axis] ?? 0;
    for (let i = 0; i < (outShape[axis] ?? 0); i++) copy(axis + 1, offset + i * stride);
  };
  copy(0, 0);
  return { shape: outShape, data };
}
