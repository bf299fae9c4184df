/** Of the commands that talk to a server. */
export const COMMON_OPTIONS = {
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean' },
} as const;

export const COMMON_USAGE = `  --url URL            where the server is, default BOXREEL_URL, else http://127.0.0.1:5000
  --json               print jobs as JSON, one a line
  --help               this text

A server that asks for a key finds it in BOXREEL_KEY. It is no option: other users of a machine can see those.
Exit codes: 0 done, 1 a job or a file failed, 2 not understood, 3 the server cannot be reached or refuses.`;

export const EXIT = { done: 0, failed: 1, misused: 2, refused: 3, interrupted: 130 } as const;

export interface Command {
  readonly usage: string;
  /**
   * @param args what comes after the command's name
   * @param signal Ctrl-C
   * @returns the exit code
   */
  readonly run: (args: string[], signal: AbortSignal) => Promise<number>;
}
