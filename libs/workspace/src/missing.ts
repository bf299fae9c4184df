import { BoxreelError } from '#errors';
import { frameName } from './names';

/** The uploaded file is not on the volume, so no attempt can succeed. */
export class SourceMissingError extends BoxreelError {
  constructor() {
    super('SOURCE_MISSING', 'The uploaded file is no longer on the volume. Upload the video again.');
  }
}

/** A published frame is missing. */
export class FramesMissingError extends BoxreelError {
  constructor(n: number) {
    super(
      'FRAMES_MISSING',
      `${frameName(n)} is not on the volume. Retry the job to extract its frames again.`,
    );
  }
}
