export { Access, AccessGuard, type AccessLevel } from './access';
export { Gate, SESSION_COOKIE, accessTo } from './gate';
export { createGate, protect } from './protect';
export { RateLimit, addressOf } from './rate-limit';
