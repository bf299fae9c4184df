import type { FactoryProvider, Type } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { DEPENDENCIES, type Dependency } from '#telemetry';
import { Workspace } from '#workspace';

/**
 * What `/readyz` of a service checks: the database, the volume, and what it needs besides.
 * @param source the provider that `besides` asks, if it needs one
 */
export function dependencies<Source = undefined>(
  besides: (source: Source) => Dependency,
  source?: Type<Source>,
): FactoryProvider<readonly Dependency[]> {
  return {
    provide: DEPENDENCIES,
    inject: [getConnectionToken(), Workspace, ...(source ? [source] : [])],
    useFactory: (connection: Connection, workspace: Workspace, injected: Source) => [
      database(connection),
      volume(workspace),
      besides(injected),
    ],
  };
}

/** The database answers a ping. */
function database(connection: Connection): Dependency {
  return {
    name: 'database',
    check: async () => {
      if (!connection.db) throw new Error('not connected');
      await connection.db.admin().ping();
    },
  };
}

/** The volume can be written. */
function volume(workspace: Workspace): Dependency {
  return { name: 'volume', check: () => workspace.check() };
}
