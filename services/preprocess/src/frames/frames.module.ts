import { Module } from '@nestjs/common';
import { stageWorker } from '#stage';
import { TimelineModule } from '../timeline/timeline.module';
import { SharedFrames } from './shared-frames';
import { SplitHandler } from './split.handler';

/** The first stage: mp4 -> frames. */
@Module({ imports: [TimelineModule], providers: [SharedFrames, SplitHandler, stageWorker(SplitHandler)] })
export class FramesModule {}
