import type { FactoryProvider, Type } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { DEPENDENCIES, type Dependency } from '#telemetry';
import { Workspace } from '#workspace';

/**
 * What `/readyz` of a service checks: the database, the volume, and what it needs besides.
 * @param source the provider that `besides` asks, if it needs one
 * @param needsSpace whether it has nothing to do while the volume is full
 */
export function dependencies<Source = undefined>(
  besides: (source: Source) => Dependency,
  source?: Type<Source>,
  { needsSpace = true } = {},
): FactoryProvider<readonly Dependency[]> {
  return {
    provide: DEPENDENCIES,
    inject: [getConnectionToken(), Workspace, ...(source ? [source] : [])],
    useFactory: (connection: Connection, workspace: Workspace, injected: Source) => [
      database(connection),
      volume(workspace, { needsSpace }),
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

/** The volume can be written, and has space where that is needed. */
function volume(workspace: Workspace, { needsSpace }: { needsSpace: boolean }): Dependency {
  return {
    name: 'volume',
    check: async () => {
      await workspace.check();
      if (needsSpace) await workspace.checkSpace();
    },
  };
}
