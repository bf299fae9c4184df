import { ApiProperty, ApiSchema } from '@nestjs/swagger';

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
  @ApiProperty({ type: Number, nullable: true, description: '0..1; null where it is not known' })
  score!: number | null;
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
