import { BoxreelError } from '#errors';
import { frameName, type Artifact } from './names';

/** The uploaded file is not on the volume, so no attempt can succeed. */
export class SourceMissingError extends BoxreelError {
  constructor() {
    super('SOURCE_MISSING', 'The uploaded file is no longer on the volume. Upload the video again.');
  }
}

/** A published frame, or the timeline of all frames, is missing. */
export class FramesMissingError extends BoxreelError {
  /** @param missing number of the frame, or name of the file */
  constructor(missing: number | Artifact) {
    const name = typeof missing === 'number' ? frameName(missing) : missing;
    super('FRAMES_MISSING', `${name} is not on the volume. Retry the job to extract its frames again.`);
  }
}
