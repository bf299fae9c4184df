import { isatty } from 'node:tty';
import { ConsoleLogger, type LoggerService } from '@nestjs/common';

/** Where Nest says that it has done what it always does. */
const ROUTINE = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/** Nest's own logger without its start-up routine: one line an event. */
class EventLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && ROUTINE.includes(context)) return;
    super.log(message, ...rest);
  }
}

/** @param format text for people, JSON for a log collector */
export function createLogger(service: string, format: 'text' | 'json'): LoggerService {
  return new EventLogger({
    prefix: service,
    json: format === 'json',
    colors: format === 'text' && isatty(1),
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
