// What Topolab makes of a script's exports.
import { asIteration, configure } from './iteration.ts';
import type { GeneratorSettings } from './settings.ts';
import { PUT_ASIDE } from './marks.ts';
import { safeTags } from './tags.ts';

type Exports = Readonly<Record<string, unknown>>;
type Export = (...args: unknown[]) => unknown;

/** Functions that k6 calls once, not for each iteration. */
const ONCE = new Set(['setup', 'teardown', 'handleSummary']);

/** Exports as k6 is to see them: functions are counted as iterations, options are the script's under those of the settings. */
export function wrapScript(
  script: Exports,
  settings: GeneratorSettings,
  summaryPath: string,
): Record<string, unknown> {
  configure(settings);
  const wrapped: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(script)) {
    wrapped[name] = typeof value === 'function' && !ONCE.has(name) ? asIteration(value as Export) : value;
  }
  wrapped['options'] = mergeOptions((script['options'] ?? {}) as Exports, settings);
  const own = script['handleSummary'] as ((data: unknown) => object | undefined) | undefined;
  wrapped['handleSummary'] = (data: unknown) => ({ ...own?.(data), [summaryPath]: JSON.stringify(data) });
  return wrapped;
}

function mergeOptions(own: Exports, settings: GeneratorSettings): Exports {
  const { options, putAside, tellsPutAside, outOfReach = [] } = settings;
  const aside = putAside.filter((name) => own[name] !== undefined);
  if (tellsPutAside === true && aside.length > 0) console.warn(PUT_ASIDE + aside.join(', '));
  const kept = Object.entries(own).filter(([name]) => !putAside.includes(name));
  const tags = own['tags'] === undefined ? {} : { tags: safeTags(own['tags']) };
  const ownList = (own['blacklistIPs'] ?? []) as readonly string[];
  const blacklist = outOfReach.length === 0 ? {} : { blacklistIPs: [...ownList, ...outOfReach] };
  return { setupTimeout: '120s', ...Object.fromEntries(kept), ...tags, ...blacklist, ...options };
}
