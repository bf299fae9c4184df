export { Gate, SESSION_COOKIE, type GateOptions } from './gate';
export { createGate, protect } from './protect';
export { RateLimit, TooManyRequestsError, addressOf } from './rate-limit';
