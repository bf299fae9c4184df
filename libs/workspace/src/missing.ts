import { frameName } from './names';

/** The uploaded file is not on the volume: no attempt can mend that. */
export class SourceMissing extends Error {
  readonly code = 'SOURCE_MISSING';
  readonly inputFault = true;
  constructor() {
    super('The uploaded file is no longer on the volume. Upload the video again.');
  }
}

/** The frames that an earlier stage published are not all there. */
export class FramesMissing extends Error {
  readonly code = 'FRAMES_MISSING';
  readonly inputFault = true;
  constructor(n: number) {
    super(`${frameName(n)} is not on the volume. Retry the job, and its frames are made again.`);
  }
}
