import { isWebm, readHead, sniffContainer, type Container } from '#media';

/** Media types of containers. Browsers play QuickTime files as MP4 only. */
const TYPES: Readonly<Record<Container, string>> = {
  mov: 'video/mp4',
  matroska: 'video/x-matroska',
  avi: 'video/x-msvideo',
  mpegts: 'video/mp2t',
  flv: 'video/x-flv',
};

/** The media type of a video by its first bytes: the name of an upload may say anything. Unknown: binary data. */
export async function mediaTypeOf(file: string): Promise<string> {
  const head = await readHead(file);
  const container = sniffContainer(head);
  if (isWebm(head)) return 'video/webm';
  return container === undefined ? 'application/octet-stream' : TYPES[container];
}
