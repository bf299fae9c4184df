import { Module } from '@nestjs/common';
import { MediaModule } from '../media/media.module';
import { ModelsModule } from '../models/models.module';
import { Mp4Controller } from './mp4.controller';
import { Mp4Service } from './mp4.service';

/** MP4s with boxes, made on request. */
@Module({
  imports: [MediaModule, ModelsModule],
  controllers: [Mp4Controller],
  providers: [Mp4Service],
  exports: [Mp4Service],
})
export class Mp4Module {}
