import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { readFrames } from '#annotation';
import type { Job } from '#jobs';

@ApiSchema({ name: 'Box', description: 'Fractions of the picture, 0..1.' })
class BoxResource {
  @ApiProperty() x1!: number;
  @ApiProperty() y1!: number;
  @ApiProperty() x2!: number;
  @ApiProperty() y2!: number;
}

@ApiSchema({ name: 'Detection' })
class DetectionResource {
  @ApiProperty({ example: 'person' }) label!: string;
  @ApiProperty() classIndex!: number;
  @ApiProperty({ description: '0..1' }) score!: number;
  @ApiProperty() box!: BoxResource;
}

@ApiSchema({ name: 'Frame' })
class FrameResource {
  @ApiProperty({ description: 'counts from 0' }) n!: number;
  @ApiProperty({ description: 'seconds from the start' }) time!: number;
  @ApiProperty({ type: [DetectionResource] }) boxes!: DetectionResource[];
}

@ApiSchema({ name: 'Detections' })
export class DetectionsResource {
  @ApiProperty() id!: string;
  @ApiProperty({ description: 'frames per second' }) frameRate!: number;
  @ApiProperty({ type: [FrameResource] }) frames!: FrameResource[];
}

/** The text of a DetectionsResource, frame by frame, in constant memory. */
export async function* detectionsJson(job: Job, file: string): AsyncGenerator<string> {
  const frameRate = job.video ? job.video.frameRate.num / job.video.frameRate.den : 0;
  yield `{"id":${JSON.stringify(job._id.toHexString())},"frameRate":${frameRate},"frames":[`;
  let separator = '\n';
  for await (const { n, boxes } of readFrames(file)) {
    const frame: FrameResource = {
      n,
      time: frameRate > 0 ? Number((n / frameRate).toFixed(6)) : 0,
      boxes: boxes.map(({ label, classIndex, score, box: [x1, y1, x2, y2] }) => ({
        label,
        classIndex,
        score,
        box: { x1, y1, x2, y2 },
      })),
    };
    yield separator + JSON.stringify(frame);
    separator = ',\n';
  }
  yield '\n]}\n';
}
