import { Root } from 'protobufjs/light';

/** The fields of ModelProto that hold metadata, numbered as in onnx.proto; the decoder skips all others. */
const modelProto = Root.fromJSON({
  nested: {
    ModelProto: { fields: { metadataProps: { id: 14, rule: 'repeated', type: 'StringStringEntryProto' } } },
    StringStringEntryProto: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } } },
  },
}).lookupType('ModelProto');

/** What an exporter noted about an ONNX model, which ONNX Runtime's Node binding does not return. */
export function readMetadata(model: Uint8Array): Record<string, string> {
  const { metadataProps = [] } = modelProto.toObject(modelProto.decode(model)) as {
    metadataProps?: { key?: string; value?: string }[];
  };
  return Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value]));
}
