import { ForbiddenException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';

/**
 * The caller of a request, as identified by the gate. Without keys every caller is a user; without a service token every
 * caller may report times as a service.
 */
export type Caller = 'anonymous' | 'user' | 'service' | 'metrics';

/** The callers that each level admits. A user has a key or a session. */
const ADMITTED = {
  public: ['anonymous', 'user'],
  user: ['user'],
  'user or service': ['user', 'service'],
  'user or metrics': ['user', 'metrics'],
  service: ['service'],
} as const satisfies Record<string, readonly Caller[]>;

export type AccessLevel = keyof typeof ADMITTED;

/** Declares who may call a route, or all routes of a controller. Undeclared routes refuse every caller. */
export const Access = Reflector.createDecorator<AccessLevel>();

/** Admits callers to routes by their declared access. The gate identifies the caller first. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws ForbiddenException if the route does not admit the caller or declares no access */
  canActivate(context: ExecutionContext): true {
    const targets = [context.getHandler(), context.getClass()];
    const level = this.reflector.getAllAndOverride<AccessLevel | undefined>(Access.KEY, targets);
    const admitted: readonly unknown[] = level === undefined ? [] : ADMITTED[level];
    if (admitted.includes(callerOf(context.switchToHttp().getResponse<Response>()))) return true;
    throw new ForbiddenException('You do not have access to this address.');
  }
}

/** Sets the caller of a request for the guard. */
export function identify(response: Response, caller: Caller): void {
  response.locals['caller'] = caller;
}

function callerOf(response: Response): unknown {
  return response.locals['caller'];
}
