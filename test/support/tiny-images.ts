/**
 * Images of 16x8 pixels: the left half rgb(200, 30, 40), the right half rgb(20, 60, 220). Made with Pillow, independently
 * of the decoders; the animation with sharp.
 */
const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

/** A JPEG in CMYK with inverted values, as Adobe's programs write it. */
export const CMYK = base64(
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwABAQEBAQEBAQEBAQEBAQECAQEBAQECAQEBAgICAgICAgICAwMEAwMDAwMCAgMEAwMEBAQEBAIDBQUEBAUEBAQE/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD+kCv476/k/r+/iv8AJfr7wr/Wgor/2Q==',
);

export const WEBP = {
  lossy: base64(
    'UklGRkQAAABXRUJQVlA4IDgAAABQAgCdASoQAAgAAIAIJaACdLoB+AH6gf0AB5AA/v2P///AEx/7kADKVs7/3YF//cafbLId/8auAA==',
  ),
  lossless: base64('UklGRigAAABXRUJQVlA4TBwAAAAvD8ABAA9wHvFT0J6Je/6DB2LBZP7SnSlE9D9y'),
  /** Every pixel with an alpha of 128. */
  halfTransparent: base64('UklGRigAAABXRUJQVlA4TBwAAAAvD8ABEA9wHvFT0J6JewCDB2LBZP7SnSlE9D9y'),
  /** With the EXIF orientation 6: upright after a turn of 90 degrees clockwise. */
  rotated: base64(
    'UklGRlwAAABXRUJQVlA4WAoAAAAIAAAADwAABwAAVlA4TBwAAAAvD8ABAA9wHvFT0J6Je/6DB2LBZP7SnSlE9D9yRVhJRhoAAABJSSoACAAAAAEAEgEDAAEAAAAGAAAAAAAAAA==',
  ),
  /** Two frames. */
  animated: base64(
    'UklGRrYAAABXRUJQVlA4WAoAAAACAAAADwAABwAAQU5JTQYAAAD/////AQBBTk1GTgAAAAAAAAAAAA8AAAcAAGQAAAJWUDhMNQAAAC8PwAEAH6CQbQRIbP5E95oIBNKQxBRRLRBI/GFmSWCY+Q+68GOAMNto84ca2r3PIKL/seQDAEFOTUY0AAAAAAAAAAAACAAABwAAZAAAAFZQOEwcAAAALwjAAQAPcB7xU9CeiXv+gwdiwWT+0p0pRPQ/cg==',
  ),
};
