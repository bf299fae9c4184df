import { z } from 'zod';
import { integer } from './values';

/** Limits of videos, and settings of the files made from them. */
export const media = {
  VIDEO_MAX_SECONDS: integer(1, 1_000_000)
    .default(4 * 3600)
    .describe('maximum length of a video, in seconds'),
  VIDEO_MAX_PIXELS: integer(1, 2 ** 28)
    .default(4096 * 2304)
    .describe('maximum pixels per frame (width x height)'),
  VIDEO_MAX_FPS: integer(1, 1_000).default(300).describe('maximum frame rate'),
  VIDEO_MAX_FRAMES: integer(1, 100_000_000).default(500_000).describe('maximum frames per video'),
  FFMPEG_MEMORY_MB: integer(64, 1_000_000)
    .default(2_048)
    .describe('memory limit of one ffmpeg process, in MiB'),
  FFMPEG_TIME_FACTOR: integer(1, 100_000)
    .default(100)
    .describe('time limit of a stage: 60 s plus this many seconds per second of video'),
  JPEG_QUALITY: integer(1, 100).default(90).describe('JPEG quality of source and annotated frames'),
  TRAIL_SECONDS: integer(0, 60)
    .default(1)
    .describe('length of the line that shows where a tracked object has been, in videos; 0 for none'),
  BOX_COLOURS: z
    .enum(['class', 'track'])
    .default('class')
    .describe('colours of boxes in videos: one per class, or one per tracked object'),
  AVI_CODEC: z
    .enum(['mjpeg', 'mpeg4', 'h264'])
    .default('mjpeg')
    .describe(
      'codec of the AVI; `mpeg4` and `h264` make smaller files and take more CPU; with ARTIFACTS=lean always `mjpeg`',
    ),
  ARTIFACTS: z
    .enum(['full', 'lean'])
    .default('full')
    .describe(
      'files of new jobs: `full` includes a JPEG of every frame, with and without boxes; `lean` decodes the source in each stage instead, which takes less CPU and disk',
    ),
  PREVIEW: z
    .enum(['on-demand', 'eager'])
    .default('on-demand')
    .describe('MP4 with boxes: `on-demand` when a user requests it, `eager` also for every job'),
  PREVIEW_HEIGHT: integer(16, 4_320)
    .default(720)
    .describe('maximum height of MP4s for browsers (maximum width for portrait videos)'),
};
