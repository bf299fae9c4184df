import { AccessModule } from './access/access.module';
import { BoxesModule } from './boxes/boxes.module';
import { ClusterModule } from './cluster/cluster.module';
import { CompareModule } from './compare/compare.module';
import { DetectModule } from './detect/detect.module';
import { EventsModule } from './events/events.module';
import { ExportsModule } from './exports/exports.module';
import { FramesModule } from './frames/frames.module';
import { HousekeepingModule } from './housekeeping/housekeeping.module';
import { IntakeModule } from './intake/intake.module';
import { JobsApiModule } from './jobs/jobs.module';
import { LayoutsModule } from './layouts/layouts.module';
import { MediaModule } from './media/media.module';
import { ModelsModule } from './models/models.module';
import { Mp4Module } from './mp4/mp4.module';
import { PagesModule } from './pages/pages.module';
import { ReportModule } from './report/report.module';
import { RerunModule } from './rerun/rerun.module';
import { TimelineModule } from './timeline/timeline.module';
import { TracksModule } from './tracks/tracks.module';
import { UploadsModule } from './uploads/uploads.module';
import { WebhooksModule } from './webhooks/webhooks.module';

/** The features of the service, one module each. */
export const FEATURES = [
  AccessModule,
  TimelineModule,
  EventsModule,
  JobsApiModule,
  MediaModule,
  Mp4Module,
  LayoutsModule,
  RerunModule,
  CompareModule,
  ExportsModule,
  BoxesModule,
  TracksModule,
  ReportModule,
  DetectModule,
  ModelsModule,
  ClusterModule,
  IntakeModule,
  UploadsModule,
  PagesModule,
  HousekeepingModule,
  WebhooksModule,
  // Last: Nest stops modules in reverse order and waits for each. The stage must finish before the others stop.
  FramesModule,
];
