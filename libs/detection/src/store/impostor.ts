import { open } from 'node:fs/promises';

/** Bytes at the start of a file that tell what it is. */
export const HEAD_BYTES = 1024;

/**
 * What lies there in place of a model, in words; undefined where the first bytes do not give it away. An ONNX file is
 * a protobuf message, whose first byte is a field's tag: it never starts with a `<` or with these words.
 */
export function impostor(head: Uint8Array): string | undefined {
  const text = Buffer.from(head)
    .toString('latin1', 0, HEAD_BYTES)
    .replace(/^ï»¿/, '')
    .trimStart()
    .toLowerCase();
  // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
  if (text.startsWith('version https://git-lfs')) {
    return 'a Git LFS pointer (the file itself is still in the LFS store: `git lfs pull`)';
  }
  if (/^<(!doctype html|html|head|body)\b/.test(text)) return 'an HTML page (a login or error page?)';
  if (text.startsWith('<?xml'))
    return /<html/.test(text) ? 'an HTML page' : 'an XML document (an error message?)';
  return undefined;
}

/** What a file is in place of a model; undefined where its first bytes do not give it away. */
export async function impostorFile(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return impostor(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
