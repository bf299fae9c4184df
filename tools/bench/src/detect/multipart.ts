/** The body of a request, with its header. */
export interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const BOUNDARY = 'boxreel-bench';

/** A form with one image, which can be sent many times. */
export function multipart(jpeg: Buffer, fields: Readonly<Record<string, number>>): Body {
  const part = (disposition: string, content: Buffer | string) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ];
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.concat([
      ...Object.entries(fields).flatMap(([name, value]) => part(`name="${name}"`, String(value))),
      ...part('name="image"; filename="image.jpg"', jpeg),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]),
  };
}
