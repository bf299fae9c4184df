import type { Connection } from 'mongoose';
import type { Dependency } from '#telemetry';
import type { Workspace } from '#workspace';

/** The database answers a ping. */
export function database(connection: Connection): Dependency {
  return {
    name: 'database',
    check: async () => {
      if (!connection.db) throw new Error('not connected');
      await connection.db.admin().ping();
    },
  };
}

/** The volume can be written. */
export function volume(workspace: Workspace): Dependency {
  return { name: 'volume', check: () => workspace.check() };
}
