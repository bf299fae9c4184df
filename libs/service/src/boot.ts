import { setTimeout as delay } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ConfigError, type ServiceConfig } from '#config';
import { createLogger } from '#telemetry';

/** How a parent process (`npm start`) learns that a service listens, and where. */
export interface ListeningMessage {
  readonly type: 'listening';
  readonly port: number;
}

/** A stop that takes longer than the grace period plus this is ended by force. */
const STOP_MARGIN_MS = 10_000;

/**
 * Starts a service: reads its configuration, listens, and stops in order on SIGTERM, SIGINT or when the parent
 * process that started it is gone. A wrong configuration ends the process with exit code 1 and the list of mistakes.
 */
export async function boot<Config extends ServiceConfig & { STOP_GRACE_MS: number }>(service: {
  name: string;
  readConfig: () => Config;
  module: (config: Config) => DynamicModule;
  configure?: (app: NestExpressApplication, config: Config) => void;
}): Promise<void> {
  const config = readConfigOrExit(service.readConfig);
  const logger = createLogger(service.name, config.LOG_FORMAT);
  const app = await NestFactory.create<NestExpressApplication>(service.module(config), { logger });
  app.disable('x-powered-by');
  service.configure?.(app, config);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    void delay(config.STOP_GRACE_MS + STOP_MARGIN_MS, undefined, { ref: false }).then(() => process.exit(1));
    await app.close();
    process.exit(0);
  };
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) {
    process.on(event, () => void stop());
  }

  await app.listen(config.PORT, config.HOST);
  const { port } = app.getHttpServer().address() as { port: number };
  logger.log(`listens on http://${config.HOST}:${port}`);
  process.send?.({ type: 'listening', port } satisfies ListeningMessage);
}

function readConfigOrExit<Config>(read: () => Config): Config {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
