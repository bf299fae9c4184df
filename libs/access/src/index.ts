export { Access, AccessGuard, type AccessLevel } from './access';
export { Gate, SESSION_COOKIE, accessTo, type GateOptions } from './gate';
export { createGate, protect } from './protect';
export { RateLimit, TooManyRequestsError, addressOf } from './rate-limit';
