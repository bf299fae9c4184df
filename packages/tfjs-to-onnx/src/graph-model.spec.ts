import { TfjsConversionError } from './errors';
import { parseGraphModel } from './graph-model';

describe('parseGraphModel', () => {
  const weight = (name: string, shape: number[], dtype = 'float32', more = {}) => ({
    name,
    shape,
    dtype,
    ...more,
  });
  const model = (weights: object[], paths = ['a', 'b']) =>
    JSON.stringify({
      modelTopology: { node: [{ name: 'n', op: 'Relu6' }] },
      weightsManifest: [{ paths, weights }],
    });

  it('reads weights that span two files', () => {
    const bytes = Buffer.from(Float32Array.of(1, 2, 3).buffer);
    const last = Buffer.from(Int32Array.of(-4).buffer);
    const shards: Record<string, Buffer> = {
      a: bytes.subarray(0, 6),
      b: Buffer.concat([bytes.subarray(6), last]),
    };
    const { nodes, constants } = parseGraphModel(
      model([weight('v', [3]), weight('s', [], 'int32')]),
      (path) => shards[path]!,
    );
    expect(nodes.get('n')).toEqual({ name: 'n', op: 'Relu6', input: [], attr: {} });
    expect([...constants.get('v')!.data]).toEqual([1, 2, 3]);
    expect([...constants.get('s')!.data]).toEqual([-4]);
  });

  it.each([
    ['weight files that are too short', model([weight('v', [3])]), "before weight 'v'"],
    [
      'quantised weights',
      model([weight('v', [1], 'float32', { quantization: { scale: 1 } })]),
      'quantization',
    ],
    ['an unknown type of weights', model([weight('v', [1], 'complex64')]), 'dtype'],
    ['a layers model', '{"modelTopology":{"model_config":{}},"weightsManifest":[]}', 'node'],
    ['a file that is not JSON', '<html>', 'model.json'],
  ])('refuses %s', (_, json, word) => {
    const parse = () => parseGraphModel(json, () => Buffer.alloc(4));
    expect(parse).toThrow(TfjsConversionError);
    expect(parse).toThrow(word);
  });
});
