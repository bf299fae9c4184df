/** A request's body with the header that goes with it. */
export interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const BOUNDARY = 'boxreel-bench';

/** A form with one picture, ready to be sent many times. */
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
      ...part('name="image"; filename="picture.jpg"', jpeg),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]),
  };
}
