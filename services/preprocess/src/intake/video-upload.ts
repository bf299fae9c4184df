import { BadRequestException, Injectable, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';

/** Multipart field of the video. */
export const VIDEO_FIELD = 'file';

/** Receives the video of a form, as the module's MulterModule is set up. Says where it belongs when it comes elsewhere. */
@Injectable()
export class VideoUpload extends FileInterceptor(VIDEO_FIELD) {
  override async intercept(context: ExecutionContext, next: CallHandler) {
    try {
      return await super.intercept(context, next);
    } catch (error) {
      // Nest keeps of multer's error only its message, LIMIT_UNEXPECTED_FILE's and the name of the field
      const [, field] = /^Unexpected (?:file )?field - (.*)$/s.exec((error as Error).message) ?? [];
      if (!(error instanceof BadRequestException) || field === undefined) throw error;
      throw new BadRequestException(
        field === VIDEO_FIELD
          ? 'More than one file came: send one video at a time.'
          : `There is no field "${field.slice(0, 64)}" for files: the video goes into the field "${VIDEO_FIELD}".`,
      );
    }
  }
}
