import { ConsoleLogger, type LoggerService } from '@nestjs/common';

/** Nest's own logger: one line an event, as text for people or as JSON for a log collector. */
export function createLogger(service: string, format: 'text' | 'json'): LoggerService {
  return new ConsoleLogger({
    prefix: service,
    json: format === 'json',
    colors: format === 'text' && process.stdout.isTTY,
    logLevels: ['fatal', 'error', 'warn', 'log'],
  });
}

/** Says when something starts to fail and when it works again, and nothing in between. */
export class StateLog {
  private failing = false;

  constructor(
    private readonly logger: Pick<LoggerService, 'warn' | 'log'>,
    private readonly what: string,
  ) {}

  failed(error: unknown): void {
    if (this.failing) return;
    this.failing = true;
    this.logger.warn(
      `${this.what}: ${error instanceof Error ? error.message : String(error)}. Trying again until it works.`,
    );
  }

  worked(): void {
    if (!this.failing) return;
    this.failing = false;
    this.logger.log(`${this.what}: works again.`);
  }
}
