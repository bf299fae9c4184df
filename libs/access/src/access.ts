import { ForbiddenException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';

/**
 * Who sent a request, as the gate found out. On a server without keys everyone is a user, and without a service token
 * everyone may report times as a service.
 */
export type Caller = 'anonymous' | 'user' | 'service' | 'metrics';

/** Who may call a route. A user has a key, or has logged in with one. */
const ADMITTED = {
  public: ['anonymous', 'user'],
  user: ['user'],
  'user or service': ['user', 'service'],
  'user or metrics': ['user', 'metrics'],
  service: ['service'],
} as const satisfies Record<string, readonly Caller[]>;

export type AccessLevel = keyof typeof ADMITTED;

/** Declares who may call a route, or all routes of a controller. A route without it is refused. */
export const Access = Reflector.createDecorator<AccessLevel>();

/** Lets a caller through to the routes that admit it. The gate has identified the caller before. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws ForbiddenException where the route does not admit the caller, or declares no access */
  canActivate(context: ExecutionContext): true {
    const targets = [context.getHandler(), context.getClass()];
    const level = this.reflector.getAllAndOverride<AccessLevel | undefined>(Access.KEY, targets);
    const admitted: readonly unknown[] = level === undefined ? [] : ADMITTED[level];
    if (admitted.includes(callerOf(context.switchToHttp().getResponse<Response>()))) return true;
    throw new ForbiddenException('This address is not open to you.');
  }
}

/** Notes who sent a request, for the guard. */
export function identify(response: Response, caller: Caller): void {
  response.locals['caller'] = caller;
}

function callerOf(response: Response): unknown {
  return response.locals['caller'];
}
