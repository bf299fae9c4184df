import { ForbiddenException, type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Access, AccessGuard, identify, type Caller } from './access';

class Undeclared {
  route(): void {
    return;
  }

  @Access('public')
  open(): void {
    return;
  }
}

@Access('user')
class OfUsers {
  route(): void {
    return;
  }

  @Access('user or metrics')
  metrics(): void {
    return;
  }

  @Access('service')
  timeline(): void {
    return;
  }
}

const guard = new AccessGuard(new Reflector());

function call(controller: Type, name: string, caller: Caller | undefined): true {
  const response = { locals: {} };
  if (caller !== undefined) identify(response as Parameters<typeof identify>[0], caller);
  const handler = (controller.prototype as Record<string, unknown>)[name];
  return guard.canActivate({
    getHandler: () => handler,
    getClass: () => controller,
    switchToHttp: () => ({ getResponse: () => response }),
  } as unknown as ExecutionContext);
}

it.each<[Type, string, Caller]>([
  [Undeclared, 'open', 'anonymous'],
  [Undeclared, 'open', 'user'],
  [OfUsers, 'route', 'user'],
  [OfUsers, 'metrics', 'user'],
  [OfUsers, 'metrics', 'metrics'],
  [OfUsers, 'timeline', 'service'],
])('%p.%s is open to %s', (controller, name, caller) => {
  expect(call(controller, name, caller)).toBe(true);
});

it.each<[Type, string, Caller | undefined]>([
  [Undeclared, 'route', 'user'],
  [Undeclared, 'route', 'service'],
  [Undeclared, 'open', undefined],
  [OfUsers, 'route', undefined],
  [OfUsers, 'route', 'anonymous'],
  [OfUsers, 'route', 'service'],
  [OfUsers, 'route', 'metrics'],
  [OfUsers, 'metrics', 'service'],
  [OfUsers, 'timeline', 'user'],
  [OfUsers, 'timeline', 'metrics'],
])('%p.%s refuses %s', (controller, name, caller) => {
  expect(() => call(controller, name, caller)).toThrow(ForbiddenException);
});
