import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { classColour, cssColour, type ClassSummary, type Peak, type Summary } from '#annotation';

@ApiSchema({ name: 'ClassSummary' })
class ClassSummaryResource implements ClassSummary {
  @ApiProperty({ example: 'person' }) label!: string;
  @ApiProperty() classIndex!: number;
  @ApiProperty({ description: 'detections' }) count!: number;
  @ApiProperty({ description: 'frames with at least one' }) frames!: number;
  @ApiProperty({ example: '#d9660b', description: 'of its boxes in the video' }) colour!: string;
}

@ApiSchema({ name: 'Bins', description: 'What is seen when, in at most 500 steps.' })
class BinsResource {
  @ApiProperty({ description: 'that a bin stands for; of the last there may be fewer' }) frames!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'integer' } },
    description: 'by label: detections in that frame of each bin that has most of them',
    example: { person: [0, 2, 3] },
  })
  counts!: Record<string, number[]>;
}

@ApiSchema({ name: 'Peak' })
class PeakResource implements Peak {
  @ApiProperty({ description: 'counts from 0' }) frame!: number;
  @ApiProperty({ description: 'seconds from the start' }) time!: number;
  @ApiProperty({ description: 'detections' }) count!: number;
}

@ApiSchema({ name: 'Summary' })
export class SummaryResource implements Summary {
  @ApiProperty() frames!: number;
  @ApiProperty({ description: 'frames per second' }) frameRate!: number;
  @ApiProperty({ description: 'detections in all frames' }) total!: number;
  @ApiProperty({ type: [ClassSummaryResource], description: 'most often seen first' })
  classes!: ClassSummaryResource[];
  @ApiProperty() bins!: BinsResource;
  @ApiProperty({
    type: [PeakResource],
    description: 'frames with most detections, well apart, at most 8, in order of time',
  })
  peaks!: PeakResource[];
}

/** Adds the colour of each class to a summary as it lies on the volume. */
export function withColours(summary: Summary): SummaryResource {
  const { classes, bins, peaks, ...rest } = summary;
  return {
    ...rest,
    classes: classes.map((one) => ({ ...one, colour: cssColour(classColour(one.classIndex)) })),
    bins: bins as SummaryResource['bins'],
    peaks: [...peaks],
  };
}
