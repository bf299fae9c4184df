import type { z } from 'zod';
import { BoxreelError } from '#errors';
import { SECRETS, type SettingName, type Values, settings } from './settings';

/** Names all invalid settings together. */
export class ConfigError extends BoxreelError {
  constructor(message: string) {
    super('BAD_CONFIGURATION', message);
  }
}

/**
 * Reads settings from an environment. Empty variables count as unset.
 * @returns a frozen object with the requested settings
 * @throws ConfigError that names every invalid variable, its value and what is expected
 */
export function readSettings<Name extends SettingName>(
  names: readonly Name[],
  env: NodeJS.ProcessEnv = process.env,
): Readonly<Pick<Values, Name>> {
  const values: Record<string, unknown> = {};
  const errors: string[] = [];
  const requested: ReadonlySet<SettingName> = new Set(names);
  for (const name of new Set(names)) {
    const text = env[name]?.trim() === '' ? undefined : env[name];
    const result = settings[name].safeParse(text);
    if (result.success) values[name] = result.data;
    else errors.push(describeError(name, text, result.error));
  }
  if (Number(values['POLL_MIN_MS']) > Number(values['POLL_MAX_MS'])) {
    errors.push(
      `  POLL_MIN_MS is ${String(values['POLL_MIN_MS'])}: expected at most POLL_MAX_MS (${String(values['POLL_MAX_MS'])})`,
    );
  }
  const { API_KEYS = [] } = values as Partial<Values>;
  if (API_KEYS.length > 0 && requested.has('SERVICE_TOKEN') && !env['SERVICE_TOKEN']) {
    errors.push(
      '  SERVICE_TOKEN is not set: with API_KEYS, infer and postprocess need it to report progress. ' +
        'Give all services the same token, such as the output of `openssl rand -hex 32`.',
    );
  }
  if (errors.length > 0) throw new ConfigError(`Invalid settings:\n${errors.join('\n')}`);
  return Object.freeze(values) as Readonly<Pick<Values, Name>>;
}

function describeError(name: SettingName, text: string | undefined, error: z.ZodError): string {
  const shown = SECRETS.includes(name) ? 'is not valid' : `is "${text ?? ''}"`;
  const what = text === undefined ? 'is not set' : shown;
  const why = [...new Set(error.issues.map((issue) => issue.message))].join('; ');
  return `  ${name} ${what}: ${why} (${settings[name].description ?? ''})`;
}
