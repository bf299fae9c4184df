import type { FactoryProvider, Type } from '@nestjs/common';
import { Database } from '#jobs';
import { DEPENDENCIES, type Dependency } from '#telemetry';
import { Workspace } from '#workspace';

/**
 * The checks of `/readyz`: the database, the volume and one dependency of the service.
 * @param source the provider passed to `own`, if it needs one
 * @param needsSpace whether the service is not ready while the volume is full
 */
export function dependencies<Source = undefined>(
  own: (source: Source) => Dependency,
  source?: Type<Source>,
  { needsSpace = true } = {},
): FactoryProvider<readonly Dependency[]> {
  return {
    provide: DEPENDENCIES,
    inject: [Database, Workspace, ...(source ? [source] : [])],
    useFactory: (database: Database, workspace: Workspace, injected: Source) => [
      { name: 'database', check: () => database.ping() },
      volume(workspace, { needsSpace }),
      own(injected),
    ],
  };
}

/** Checks that the volume is writable and, if needed, has space. */
function volume(workspace: Workspace, { needsSpace }: { needsSpace: boolean }): Dependency {
  return {
    name: 'volume',
    check: async () => {
      await workspace.check();
      if (needsSpace) await workspace.checkSpace();
    },
  };
}
