import { Module } from '@nestjs/common';
import { stageWorker } from '#stage';
import { TimelineModule } from '../timeline/timeline.module';
import { SplitHandler } from './split.handler';

/** The first stage: mp4 -> frames. */
@Module({ imports: [TimelineModule], providers: [SplitHandler, stageWorker(SplitHandler)] })
export class FramesModule {}
