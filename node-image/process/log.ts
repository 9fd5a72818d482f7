// Logs are one JSON object a line on stdout, few of them: starts, stops, losses and recoveries, never single requests.

export type LogLevel = 'info' | 'warn' | 'error';

/** Writes one line: time (ISO 8601), level, message and whatever fields belong to it. */
export function log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const line = JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
  process.stdout.write(`${line}\n`);
}
