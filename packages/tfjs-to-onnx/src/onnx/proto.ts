import { Root } from 'protobufjs/light';

/**
 * The messages of the ONNX format with the field numbers of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). Documentation, training and device placement are left out.
 * Types of values and nested graphs stay bytes, as nothing here looks into them.
 */
const onnx = Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        producerName: { id: 2, type: 'string' },
        graph: { id: 7, type: 'GraphProto' },
        opsetImport: { id: 8, rule: 'repeated', type: 'OperatorSetIdProto' },
        metadataProps: { id: 14, rule: 'repeated', type: 'StringStringEntryProto' },
        functions: { id: 25, rule: 'repeated', type: 'bytes' },
      },
    },
    StringStringEntryProto: {
      fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } },
    },
    OperatorSetIdProto: {
      fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } },
    },
    GraphProto: {
      fields: {
        node: { id: 1, rule: 'repeated', type: 'NodeProto' },
        name: { id: 2, type: 'string' },
        initializer: { id: 5, rule: 'repeated', type: 'TensorProto' },
        input: { id: 11, rule: 'repeated', type: 'ValueInfoProto' },
        output: { id: 12, rule: 'repeated', type: 'ValueInfoProto' },
        sparseInitializer: { id: 15, rule: 'repeated', type: 'bytes' },
      },
    },
    NodeProto: {
      fields: {
        input: { id: 1, rule: 'repeated', type: 'string' },
        output: { id: 2, rule: 'repeated', type: 'string' },
        name: { id: 3, type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, rule: 'repeated', type: 'AttributeProto' },
        domain: { id: 7, type: 'string' },
      },
    },
    AttributeProto: {
      fields: {
        name: { id: 1, type: 'string' },
        f: { id: 2, type: 'float' },
        i: { id: 3, type: 'int64' },
        s: { id: 4, type: 'bytes' },
        t: { id: 5, type: 'TensorProto' },
        g: { id: 6, type: 'bytes' },
        floats: { id: 7, rule: 'repeated', type: 'float' },
        ints: { id: 8, rule: 'repeated', type: 'int64' },
        strings: { id: 9, rule: 'repeated', type: 'bytes' },
        tensors: { id: 10, rule: 'repeated', type: 'TensorProto' },
        graphs: { id: 11, rule: 'repeated', type: 'bytes' },
        type: { id: 20, type: 'int32' },
      },
    },
    TensorProto: {
      fields: {
        dims: { id: 1, rule: 'repeated', type: 'int64' },
        dataType: { id: 2, type: 'int32' },
        floatData: { id: 4, rule: 'repeated', type: 'float' },
        int32Data: { id: 5, rule: 'repeated', type: 'int32' },
        stringData: { id: 6, rule: 'repeated', type: 'bytes' },
        int64Data: { id: 7, rule: 'repeated', type: 'int64' },
        name: { id: 8, type: 'string' },
        rawData: { id: 9, type: 'bytes' },
        doubleData: { id: 10, rule: 'repeated', type: 'double' },
        uint64Data: { id: 11, rule: 'repeated', type: 'uint64' },
        dataLocation: { id: 14, type: 'int32' },
      },
    },
    ValueInfoProto: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'bytes' } } },
    TypeProto: { fields: { tensorType: { id: 1, type: 'TensorType' } } },
    TensorType: { fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'TensorShape' } } },
    TensorShape: { fields: { dim: { id: 1, rule: 'repeated', type: 'Dimension' } } },
    Dimension: { fields: { dimValue: { id: 1, type: 'int64' }, dimParam: { id: 2, type: 'string' } } },
  },
});

/** TensorProto.DataType. */
export const dataTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
} as const;

/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** An operator set that a model uses; the domain of ONNX itself is empty. */
interface OperatorSet {
  readonly domain?: string;
  readonly version: number;
}

/** An attribute of a node; `type` says which field holds the value. */
export interface AttributeProto {
  readonly name: string;
  readonly type?: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly g?: Uint8Array;
  readonly ints?: readonly number[];
  readonly graphs?: readonly Uint8Array[];
}

export interface NodeProto {
  readonly name?: string;
  readonly opType: string;
  readonly domain?: string;
  /** Names of values; empty for an omitted optional input. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute?: readonly AttributeProto[];
}

/** A constant; its values are in `rawData` (little endian) or in the field of its type. */
export interface TensorProto {
  readonly name: string;
  readonly dims?: readonly number[];
  readonly dataType: number;
  readonly rawData?: Uint8Array;
  readonly floatData?: readonly number[];
  readonly int64Data?: readonly number[];
  /** 1: the values are in another file. */
  readonly dataLocation?: number;
}

export interface ValueInfoProto {
  readonly name: string;
  /** An encoded TypeProto; ONNX Runtime infers an omitted one. */
  readonly type?: Uint8Array;
}

export interface GraphProto {
  readonly name?: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  readonly sparseInitializer?: readonly Uint8Array[];
}

export interface ModelProto {
  readonly irVersion: number;
  readonly producerName?: string;
  readonly opsetImport: readonly OperatorSet[];
  readonly metadataProps?: readonly { readonly key: string; readonly value: string }[];
  readonly graph: GraphProto;
  readonly functions?: readonly Uint8Array[];
}

/** Serialises a model. Equal input gives equal bytes. */
export function encodeModelProto(model: ModelProto): Buffer {
  return Buffer.from(onnx.lookupType('ModelProto').encode(model).finish());
}

/** Serialises the type of a tensor. @param dim sizes; a named one is free */
export function encodeTensorType(elemType: number, dim: readonly object[]): Uint8Array {
  return onnx
    .lookupType('TypeProto')
    .encode({ tensorType: { elemType, shape: { dim } } })
    .finish();
}

/** Reads a model. @throws an error of protobufjs if the bytes are not a protocol buffer */
export function decodeModelProto(bytes: Uint8Array): ModelProto {
  const type = onnx.lookupType('ModelProto');
  const options = { longs: Number, arrays: true } as const;
  const model = type.toObject(type.decode(bytes), options) as Omit<ModelProto, 'graph'> & Partial<ModelProto>;
  const nothing = { node: [], initializer: [], input: [], output: [] };
  return { ...model, graph: model.graph ?? nothing };
}
