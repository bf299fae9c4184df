import { type InferenceSession, Tensor } from './runtime';
import { fromFloat16, toFloat16 } from '../input/float16';
import { type Placement } from '../input/placement';
import { type InputArray } from '../input/resize';
import { type ExtraInput, type ModelInput } from '../manifest/input-schema';
import { type ExpectedOutput, type OutputTensor } from '../output/head';

/** Conversion between the product's arrays and ONNX Runtime's tensors. */

type Values = readonly InferenceSession.ValueMetadata[];

/** Shape of the image input for a given batch size; CHW and HWC have no batch. */
export function inputShape<N extends number | string>(
  { layout, width, height }: ModelInput,
  batch: N,
): (N | number)[] {
  const image = layout.endsWith('CHW') ? [3, height, width] : [height, width, 3];
  return layout.startsWith('N') ? [batch, ...image] : image;
}

/** The image input; `half` holds its values where the graph wants 16-bit floats. */
export function imageTensor(input: ModelInput, batch: number, data: InputArray, half: Uint16Array): Tensor {
  const shape = inputShape(input, batch);
  if (data instanceof Uint8Array) return new Tensor('uint8', data, shape);
  if (input.dtype !== 'float16') return new Tensor('float32', data, shape);
  toFloat16(data, half);
  const bits = half.subarray(0, data.length);
  const tensor = new Tensor('float16', bits, shape);
  // Where Node has Float16Array, the constructor converts to it, but the native binding reads only a Uint16Array.
  Object.defineProperty(tensor, 'data', { value: bits });
  return tensor;
}

/** Shape of an extra input. */
export function extraShape<N extends number | string>(
  { gives }: ExtraInput,
  { width, height }: ModelInput,
  batch: N,
): (N | number)[] {
  return gives === 'mask' ? [batch, height, width] : [batch, 2];
}

/**
 * The extra inputs for a batch, in the types that the graph declares.
 * @param places where each image lies in its input
 */
export function extraTensors(
  extra: readonly ExtraInput[],
  input: ModelInput,
  places: readonly Placement[],
  declared: Values,
): Record<string, Tensor> {
  return Object.fromEntries(
    extra.map((one) => {
      const values = places.flatMap((place) => extraValues(one.gives, input, place));
      const value = declared.find(({ name }) => name === one.name);
      const type = value?.isTensor ? value.type : 'int64';
      return [one.name, tensorOf(type, values, extraShape(one, input, places.length))];
    }),
  );
}

function extraValues(gives: ExtraInput['gives'], { width, height }: ModelInput, place: Placement): number[] {
  if (gives === 'width-height') return [width, height];
  if (gives === 'height-width') return [height, width];
  const { left, top } = place;
  return Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x >= left && x < left + place.width && y >= top && y < top + place.height ? 1 : 0;
  });
}

function tensorOf(type: string, values: readonly number[], shape: readonly number[]): Tensor {
  switch (type) {
    case 'int64':
      return new Tensor('int64', BigInt64Array.from(values, BigInt), shape);
    case 'int32':
      return new Tensor('int32', Int32Array.from(values), shape);
    case 'bool':
      return new Tensor('bool', Uint8Array.from(values), shape);
    default:
      return new Tensor('float32', Float32Array.from(values), shape);
  }
}

/** An output as 32-bit floats; an omitted batch dimension is added. */
export function readOutput({ data, dims }: Tensor, { shape, unbatched }: ExpectedOutput): OutputTensor {
  const isOmitted = unbatched === true && dims.length === shape.length - 1;
  return { data: toFloats(data), dims: isOmitted ? [1, ...dims] : dims };
}

/** The values of any tensor as 32-bit floats. */
export function toFloats(data: Tensor['data']): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array) return fromFloat16(data);
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  return new Float32Array(data as unknown as ArrayLike<number>); // Int32Array, and Float16Array where Node has it
}
