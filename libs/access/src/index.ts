export { Gate, SESSION_COOKIE, type GateOptions } from './gate';
export { createGate, protect } from './protect';
export { RateLimit, TooManyRequestsException, addressOf } from './rate-limit';
