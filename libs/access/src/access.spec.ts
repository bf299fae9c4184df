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
class Declared {
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
  [Declared, 'route', 'user'],
  [Declared, 'metrics', 'user'],
  [Declared, 'metrics', 'metrics'],
  [Declared, 'timeline', 'service'],
])('%p.%s admits %s', (controller, name, caller) => {
  expect(call(controller, name, caller)).toBe(true);
});

it.each<[Type, string, Caller | undefined]>([
  [Undeclared, 'route', 'user'],
  [Undeclared, 'route', 'service'],
  [Undeclared, 'open', undefined],
  [Declared, 'route', undefined],
  [Declared, 'route', 'anonymous'],
  [Declared, 'route', 'service'],
  [Declared, 'route', 'metrics'],
  [Declared, 'metrics', 'service'],
  [Declared, 'timeline', 'user'],
  [Declared, 'timeline', 'metrics'],
])('%p.%s refuses %s', (controller, name, caller) => {
  expect(() => call(controller, name, caller)).toThrow(ForbiddenException);
});
