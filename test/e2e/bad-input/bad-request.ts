import { send, type Sending, type Sent } from './send';

/** A request that is refused. */
export interface BadRequest {
  readonly what: string;
  readonly send: (url: string, clip: Buffer) => Promise<Sent>;
  readonly status: number;
  readonly code: string;
  readonly words: RegExp;
}

export type Row = [what: string, send: BadRequest['send'], status: number, code: string, words: RegExp];

export const raw = (path: string, sending: Sending): BadRequest['send'] => {
  return (url) => send(url, path, sending);
};
export const json = { 'Content-Type': 'application/json' };
