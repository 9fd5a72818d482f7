// What `topolab-node calibration` is told.
import { defaultPort, port } from './common-variables.ts';
import { environment } from './environment.ts';
import { number } from './variables.ts';

export const calibrationEnvironment = environment({
  port: port('PORT', defaultPort),
  /** Time that each request of its queue takes. */
  serviceMs: number('SERVICE_MS', { default: 10, min: 0.1, max: 1000 }),
});
