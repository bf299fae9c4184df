import { Module } from '@nestjs/common';
import { ClusterPageController } from './cluster-page.controller';
import { DeploymentsController } from './deployments.controller';
import { scalerProvider } from './scaler.provider';

/** Shows and scales the replicas of the services, in the JSON API and on a page. */
@Module({ controllers: [DeploymentsController, ClusterPageController], providers: [scalerProvider] })
export class ClusterModule {}
