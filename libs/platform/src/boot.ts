import { setTimeout as delay } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Registry } from 'prom-client';
import { ConfigError, type ServiceConfig, type WorkerConfig } from '#config';
import { createLogger, timeRequests } from '#telemetry';
import { ConfigModule } from './config.module';
import { limitConnections, serializeRequests } from './http/connections';
import { warnIfOpen } from './warn-if-open';

/** Tells a parent process (`npm start`) the port that a service listens on. */
interface ListeningMessage {
  readonly type: 'listening';
  readonly port: number;
}

/** Exits by force this long after the grace period. */
const STOP_MARGIN_MS = 10_000;

interface Service<Config> {
  readonly name: string;
  readonly readConfig: () => Config;
  /** The root module; inject its configuration with CONFIG. */
  readonly module: Type;
  readonly configure?: (app: NestExpressApplication, config: Config) => void;
}

type BootConfig = ServiceConfig & WorkerConfig;

/**
 * Starts a service: reads its configuration, listens, and shuts down gracefully on SIGTERM, SIGINT or when its parent
 * process exits. If it cannot start, it writes the reason to stderr and exits with code 1.
 */
export async function boot<Config extends BootConfig>(service: Service<Config>): Promise<void> {
  try {
    await start(service);
  } catch (error) {
    process.stderr.write(`${explain(service.name, error)}\n`);
    process.exit(1);
  }
}

async function start<Config extends BootConfig>(service: Service<Config>): Promise<void> {
  const config = service.readConfig();
  const logger = createLogger(service.name, config.LOG_FORMAT);
  const running: { app?: NestExpressApplication } = {};
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    void delay(config.STOP_GRACE_MS + STOP_MARGIN_MS, undefined, { ref: false }).then(() => process.exit(1));
    void delay(config.STOP_GRACE_MS, undefined, { ref: false }).then(() => {
      closeConnections(running.app);
    });
    await running.app?.close();
    process.exit(0);
  };
  // Before anything slow, such as waiting for the database.
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) {
    process.on(event, () => void stop());
  }

  const root = { module: service.module, imports: [ConfigModule.register(config)] };
  const app = await NestFactory.create<NestExpressApplication>(root, { logger, abortOnError: false });
  running.app = app;
  app.disable('x-powered-by');
  limitConnections(app.getHttpServer());
  app.use(serializeRequests());
  app.use(timeRequests(app.get(Registry)));
  service.configure?.(app, config);
  await app.listen(config.PORT, config.HOST);
  const { port } = app.getHttpServer().address() as { port: number };
  logger.log(`Listening on http://${config.HOST}:${port}`);
  warnIfOpen(logger, { ...config, PORT: port });
  process.send?.({ type: 'listening', port } satisfies ListeningMessage);
}

/** Closes open connections: uploads and downloads may take longer than any grace period. */
function closeConnections(app: NestExpressApplication | undefined): void {
  const server = app?.getHttpServer();
  server?.close();
  server?.closeAllConnections();
}

function explain(name: string, error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return `${name} cannot start: ${String(error)}`;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port ?? ''} on ${address ?? ''} is already in use: set PORT to a free one.`;
  return `${name} cannot start: ${error.message}`;
}
