import { BadRequestException, Injectable, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';

/** Multipart field of the video. */
export const VIDEO_FIELD = 'file';

/** Receives the video of a form, as the module's MulterModule is set up, and says where it belongs if it comes elsewhere. */
@Injectable()
export class VideoUpload extends FileInterceptor(VIDEO_FIELD) {
  override async intercept(context: ExecutionContext, next: CallHandler) {
    try {
      return await super.intercept(context, next);
    } catch (error) {
      throw error instanceof BadRequestException ? explained(error) : error;
    }
  }
}

/** In words for users. Of multer's error, Nest keeps only its message and the name of the field. */
function explained(error: BadRequestException): BadRequestException {
  const { message } = error;
  if (message.startsWith('Too many files')) {
    return new BadRequestException('More than one file came: send one video at a time.');
  }
  const [, field] = /^Unexpected (?:file )?field - (.*)$/s.exec(message) ?? [];
  if (field === undefined) return error;
  return new BadRequestException(
    `There is no field "${field.slice(0, 64)}" for files: the video goes into the field "${VIDEO_FIELD}".`,
  );
}
