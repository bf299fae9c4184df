import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Database } from './database';
import { VolumeMarks } from './volume-marks';

export interface DatabaseOptions {
  readonly uri: string;
  readonly name: string;
}

/** Connects to MongoDB. Startup waits until the database can be reached; later the driver reconnects by itself. */
@Module({})
export class DatabaseModule {
  static forRootAsync(
    options: Pick<FactoryProvider<DatabaseOptions>, 'inject' | 'useFactory'>,
  ): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        MongooseModule.forRootAsync({
          inject: options.inject ?? [],
          useFactory: async (...injected: unknown[]) => {
            const { uri, name } = await options.useFactory(...injected);
            return {
              uri,
              dbName: name,
              serverSelectionTimeoutMS: 5_000,
              retryAttempts: Number.MAX_SAFE_INTEGER,
              retryDelay: 2_000,
            };
          },
        }),
      ],
      providers: [Database, VolumeMarks],
      exports: [Database, VolumeMarks],
    };
  }
}
