import { isatty } from 'node:tty';
import { ConsoleLogger, type LoggerService } from '@nestjs/common';

/** Contexts of Nest's start-up log lines. */
const ROUTINE = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/** Nest's logger without its start-up lines, and with times that name their zone. */
class EventLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && ROUTINE.includes(context)) return;
    super.log(message, ...rest);
  }

  protected override getTimestamp(): string {
    return new Date().toISOString();
  }
}

/** @param format text for people, JSON for log collectors */
export function createLogger(service: string, format: 'text' | 'json'): LoggerService {
  return new EventLogger({
    prefix: service,
    json: format === 'json',
    colors: format === 'text' && isatty(1),
    logLevels: ['fatal', 'error', 'warn', 'log'],
  });
}

/** Logs when something starts to fail and when it recovers, but not every error in between. */
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
      `${this.what}: ${error instanceof Error ? error.message : String(error)}. Will keep retrying.`,
    );
  }

  worked(): void {
    if (!this.failing) return;
    this.failing = false;
    this.logger.log(`${this.what}: recovered.`);
  }
}
