import { Module } from '@nestjs/common';
import { MediaModule } from '../media/media.module';
import { JobLayoutController } from './job-layout.controller';
import { JobLayouts } from './job-layouts.service';
import { LayoutPageController } from './layout-page.controller';
import { PresetsController } from './presets.controller';

/** Lines and zones of jobs, their events, and presets. */
@Module({
  imports: [MediaModule],
  controllers: [JobLayoutController, PresetsController, LayoutPageController],
  providers: [JobLayouts],
  exports: [JobLayouts],
})
export class LayoutsModule {}
