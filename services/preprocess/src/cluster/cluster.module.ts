import { Module } from '@nestjs/common';
import { ClusterPageController } from './cluster-page.controller';
import { DeploymentsController } from './deployments.controller';
import { scalerProvider } from './scaler.provider';

/** Replicas of the services, over the JSON API and on a page. */
@Module({ controllers: [DeploymentsController, ClusterPageController], providers: [scalerProvider] })
export class ClusterModule {}
