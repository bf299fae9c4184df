import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { DEPENDENCIES, type Dependency } from '#telemetry';
import { Workspace } from '#workspace';

/**
 * What `/readyz` of a service checks: the database, the volume, and what it needs besides.
 * @param inject what `others` are made from
 */
export function dependencies(
  others: (...injected: never[]) => readonly Dependency[],
  inject: InjectionToken[] = [],
): FactoryProvider<readonly Dependency[]> {
  return {
    provide: DEPENDENCIES,
    inject: [getConnectionToken(), Workspace, ...inject],
    useFactory: (connection: Connection, workspace: Workspace, ...injected: never[]) => [
      database(connection),
      volume(workspace),
      ...others(...injected),
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
