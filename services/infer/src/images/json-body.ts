import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import { IMAGE_FIELD, MAX_IMAGES, MAX_IMAGE_BYTES } from '#platform';

/** An image as multer returns it. */
interface ReceivedImage {
  readonly originalname: string;
  readonly buffer: Buffer;
}

/** The images of a JSON body, and its other fields for the parser of the form. */
interface JsonBody {
  readonly images: readonly ReceivedImage[];
  readonly fields: Readonly<Record<string, unknown>>;
}

const SEVERAL = 'images';

/** A data URL may stand for base64, as browsers create one from a file. */
const DATA_URL = /^data:[\w.+/-]*;base64,/;

/**
 * Reads images in base64 from a JSON body: `image`, or `images` for several.
 *
 * @throws BadRequestException naming the field, or PayloadTooLargeException for an image over the limit
 */
export function parseJsonBody(bytes: Buffer): JsonBody {
  const { [IMAGE_FIELD]: image, [SEVERAL]: several, ...fields } = parseObject(bytes);
  if (Array.isArray(fields['classes'])) fields['classes'] = fields['classes'].join(',');
  if (several === undefined) {
    return { images: image === undefined ? [] : [decode(image, IMAGE_FIELD)], fields };
  }
  if (image !== undefined) throw new BadRequestException(`Send ${IMAGE_FIELD} or ${SEVERAL}, not both.`);
  if (!Array.isArray(several))
    throw new BadRequestException(`${SEVERAL}: expected an array of base64 texts.`);
  if (several.length > MAX_IMAGES) {
    throw new BadRequestException(`Too many images: a request may have up to ${MAX_IMAGES}.`);
  }
  return { images: several.map((one, index) => decode(one, `${SEVERAL}[${index}]`)), fields };
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    // The reason quotes the body, which may be long.
    const reason = (error as Error).message.slice(0, 200);
    throw new BadRequestException(`The body is not JSON: ${reason}.`, { cause: error });
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw new BadRequestException(`The body is not a JSON object: expected {"${IMAGE_FIELD}": "<base64>"}.`);
}

/** @param field where the image is; also its name in the response */
function decode(value: unknown, field: string): ReceivedImage {
  const base64 = typeof value === 'string' ? value.replace(DATA_URL, '').replace(/\s+/g, '') : '';
  // Searching for a wrong character needs no backtracking: matching the whole text overflows the stack at the size limit.
  const digits = base64.replace(/={1,2}$/, '');
  if (digits === '' || /[^\w+/-]/.test(digits)) {
    throw new BadRequestException(
      `${field}: expected an image in base64, such as the output of \`base64 -w0\`.`,
    );
  }
  const buffer = Buffer.from(base64, 'base64'); // also reads the alphabet of base64url
  if (buffer.length > MAX_IMAGE_BYTES) throw new PayloadTooLargeException();
  return { originalname: field, buffer };
}
